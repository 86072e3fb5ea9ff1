//! Which type of POM a case should have. Allocation rules 4.11.

use serde::{Deserialize, Serialize};

use crate::{PomPosition, RoshLevel, Tier, coded::coded};

coded! {
    /// What decides below the two rules that every version shares.
    Strategy {
        /// The tier.
        Tier = "tier",
        /// The risk of serious harm.
        Rosh = "rosh",
    }
}

/// The four facts that a recommendation depends on, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseFacts {
    /// The prisoner is held under immigration powers (imprisonment status `DET`).
    pub immigration_case: bool,
    /// The POM, not the community, is responsible for the case.
    pub pom_responsible: bool,
    /// The tier, when known.
    pub tier: Option<Tier>,
    /// The risk of serious harm, when known.
    pub rosh: Option<RoshLevel>,
}

coded! {
    /// The type of POM recommended.
    Recommendation {
        /// A prison POM.
        Prison = "PRO",
        /// A probation POM.
        Probation = "PO",
        /// None can be made.
        None = "NOREC",
    }
}

impl Recommendation {
    /// The recommended position, when there is one.
    #[must_use]
    pub const fn position(self) -> Option<PomPosition> {
        match self {
            Self::Prison => Some(PomPosition::Prison),
            Self::Probation => Some(PomPosition::Probation),
            Self::None => None,
        }
    }

    /// Whether choosing a POM of this position departs from the recommendation. Allocation rules 2.7.
    #[must_use]
    pub fn is_overridden_by(self, position: PomPosition) -> bool {
        self.position() != Some(position)
    }
}

/// Why this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecommendationReason {
    /// Immigration cases go to prison POMs.
    ImmigrationCase,
    /// The POM only supports the community.
    SupportingRole,
    /// The tier decided.
    TierBased,
    /// The risk of serious harm decided.
    RoshBased,
    /// The risk of serious harm is not known.
    MissingRosh,
}

impl RecommendationReason {
    /// The reason's code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ImmigrationCase => "immigration_case",
            Self::SupportingRole => "supporting_role",
            Self::TierBased => "tier_based",
            Self::RoshBased => "rosh_based",
            Self::MissingRosh => "missing_rosh",
        }
    }
}

/// The recommended POM type and why.
#[must_use]
pub fn recommend(strategy: Strategy, facts: CaseFacts) -> (Recommendation, RecommendationReason) {
    use {Recommendation as R, RecommendationReason as Why};

    if facts.immigration_case {
        return (R::Prison, Why::ImmigrationCase);
    }
    if !facts.pom_responsible {
        return (R::Prison, Why::SupportingRole);
    }
    match (strategy, facts.tier, facts.rosh) {
        (_, Some(Tier::A), _) | (Strategy::Tier, Some(Tier::B), _) => (R::Probation, Why::TierBased),
        (Strategy::Tier, ..) => (R::Prison, Why::TierBased),
        (Strategy::Rosh, _, Some(RoshLevel::VeryHigh | RoshLevel::High)) => (R::Probation, Why::RoshBased),
        (Strategy::Rosh, _, None) => (R::None, Why::MissingRosh),
        (Strategy::Rosh, _, Some(_)) => (R::Prison, Why::RoshBased),
    }
}

/// A recommendation made while nobody calculates who is responsible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// The type.
    pub recommendation: Recommendation,
    /// Why that type.
    pub reason: RecommendationReason,
    /// Whether it might be another if the POM were not responsible, which is taken to be so and not known.
    pub assumes_pom_responsible: bool,
}

/// What is recommended when it is not known whether the POM is responsible: what holds either way, or else what holds if
/// they are.
#[must_use]
pub fn advise(
    strategy: Strategy,
    immigration_case: bool,
    tier: Option<Tier>,
    rosh: Option<RoshLevel>,
) -> Advice {
    let answer = |pom_responsible| {
        let facts = CaseFacts {
            immigration_case,
            pom_responsible,
            tier,
            rosh,
        };
        recommend(strategy, facts)
    };
    let (recommendation, reason) = answer(true);
    Advice {
        recommendation,
        reason,
        assumes_pom_responsible: answer(false) != (recommendation, reason),
    }
}
