//! What is known of a case.

use serde::{Deserialize, Serialize};

use super::{CaseEvent, CaseInformation, InformationSource};
use crate::{Complexity, policy::PolicyVersion};

/// Case information of one prisoner during the present stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Case {
    /// What is known.
    pub information: CaseInformation,
    /// Where the last piece came from.
    pub source: Option<InformationSource>,
    /// Complexity of need, in the women's estate.
    pub complexity: Option<Complexity>,
}

impl Case {
    /// Takes an event in.
    pub fn apply(&mut self, event: &CaseEvent) {
        match *event {
            CaseEvent::CaseInformationRecorded { information, source } => {
                self.information = self.information.with(information);
                self.source = Some(source);
            }
            CaseEvent::ComplexityAssessed { level } => self.complexity = Some(level),
            CaseEvent::CaseInformationClosed => *self = Self::default(),
        }
    }

    /// The first of the things that a first allocation needs and nobody has told. Allocation rules 5.3.
    #[must_use]
    pub const fn missing(&self, policy: PolicyVersion, womens_estate: bool) -> Option<MissingInformation> {
        if self.information.tier.is_none() {
            Some(MissingInformation::Tier)
        } else if self.information.rosh.is_none() && policy.needs_rosh() {
            Some(MissingInformation::Rosh)
        } else if self.complexity.is_none() && womens_estate {
            Some(MissingInformation::Complexity)
        } else {
            None
        }
    }

    /// Whether everything is known that a first allocation needs.
    #[must_use]
    pub const fn is_complete(&self, policy: PolicyVersion, womens_estate: bool) -> bool {
        self.missing(policy, womens_estate).is_none()
    }
}

/// What must be found out before a case is allocated for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingInformation {
    /// The tier.
    Tier,
    /// The risk of serious harm.
    Rosh,
    /// The complexity of need, in the women's estate.
    Complexity,
}

impl CaseInformation {
    /// This information with the newer pieces in their places.
    #[must_use]
    pub fn with(self, newer: Self) -> Self {
        Self {
            tier: newer.tier.or(self.tier),
            rosh: newer.rosh.or(self.rosh),
            enhanced_resourcing: newer.enhanced_resourcing.or(self.enhanced_resourcing),
            mappa_level: newer.mappa_level.or(self.mappa_level),
        }
    }
}
