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

    /// Whether everything is known that a first allocation needs. Allocation rules 5.3.
    #[must_use]
    pub const fn is_complete(&self, policy: PolicyVersion, womens_estate: bool) -> bool {
        self.information.tier.is_some()
            && (self.information.rosh.is_some() || !policy.needs_rosh())
            && (self.complexity.is_some() || !womens_estate)
    }
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
