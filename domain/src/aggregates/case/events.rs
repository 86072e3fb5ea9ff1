//! What can happen to case information.

use serde::{Deserialize, Serialize};

use crate::{Complexity, RoshLevel, Tier, coded::coded};

coded! {
    /// Where a piece of case information comes from. Allocation rules 6.1.
    InformationSource {
        /// Typed by prison staff.
        Manual = "manual",
        /// From nDelius.
        Delius = "delius",
        /// From the tier service.
        TierService = "tier-service",
    }
}

/// Pieces of case information; an absent piece says nothing about that piece.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CaseInformation {
    /// Tier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// Risk of serious harm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rosh: Option<RoshLevel>,
    /// Enhanced resourcing: `true` retained, `false` standard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enhanced_resourcing: Option<bool>,
    /// MAPPA level, 0 to 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mappa_level: Option<u8>,
}

/// An event of the stream `case-{noms}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CaseEvent {
    /// Pieces of information became known or changed.
    CaseInformationRecorded {
        /// What.
        information: CaseInformation,
        /// From where.
        source: InformationSource,
    },
    /// The complexity of need was assessed. Women's estate only.
    ComplexityAssessed {
        /// The level.
        level: Complexity,
    },
    /// The prisoner was released: what was known of this stay no longer counts. Allocation rules 2.6 C6.
    CaseInformationClosed,
}

impl CaseEvent {
    /// The event's name in the log.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::CaseInformationRecorded { .. } => "CaseInformationRecorded",
            Self::ComplexityAssessed { .. } => "ComplexityAssessed",
            Self::CaseInformationClosed => "CaseInformationClosed",
        }
    }
}
