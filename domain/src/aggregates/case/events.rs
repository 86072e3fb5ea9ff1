//! What can happen to case information.

use serde::{Deserialize, Serialize};

use crate::{Complexity, RoshLevel, Tier, aggregates::events, coded::coded};

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

events! {
    /// An event of the stream `case-{noms}`.
    pub enum CaseEvent {
        /// Pieces of case information became known or changed.
        CaseInformationRecorded {
            /// What.
            information: CaseInformation,
            /// From where.
            source: InformationSource,
        },
        /// The complexity of need was assessed, in the women's estate.
        ComplexityAssessed {
            /// The level.
            level: Complexity,
        },
        /// The prisoner was released: what was known of the stay no longer counts.
        CaseInformationClosed,
    }
}

impl CaseEvent {}
