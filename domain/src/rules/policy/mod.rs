//! The policy under which POMs are chosen: versions, the recommended POM type, and what must be said to depart from it.

mod overriding;
mod recommendation;

use crate::coded::coded;

pub use overriding::{OverrideForm, OverrideReason, OverrideRefusal};
pub use recommendation::{
    Advice, CaseFacts, Recommendation, RecommendationReason, Strategy, advise, recommend,
};

coded! {
    /// A version of the allocation policy; recorded in each allocation that was made under it.
    PolicyVersion {
        /// Tiers A to D; the tier decides.
        TierBased = "tier-based",
        /// Tiers A to G; the risk of serious harm decides below tier A, and must be known before a first allocation.
        RoshBased = "rosh-based",
    }
}

impl PolicyVersion {
    /// How the POM type is recommended.
    #[must_use]
    pub const fn strategy(self) -> Strategy {
        match self {
            Self::TierBased => Strategy::Tier,
            Self::RoshBased => Strategy::Rosh,
        }
    }

    /// Whether a case without a risk level counts as lacking information. Allocation rules 5.3.
    #[must_use]
    pub const fn needs_rosh(self) -> bool {
        matches!(self, Self::RoshBased)
    }
}
