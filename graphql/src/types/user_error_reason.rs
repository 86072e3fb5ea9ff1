//! Which of several causes led to a refusal, where one wording stands for all of them.

use async_graphql::Enum;
use commands::Refusal;
use domain::{
    allocation::{AllocationRefusal, PomObstacle},
    case::MissingInformation,
};

/// Why a POM cannot be chosen, or what is missing of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum UserErrorReason {
    /// Not on the prison's register of POMs.
    PomUnknownAtPrison,
    /// The POM takes no new cases.
    PomUnavailable,
    /// The POM is away from work.
    PomInactive,
    /// No longer a POM at the prison.
    PomRemoved,
    /// The POM has the case already.
    PomHasCase,
    /// The POM supports the primary POM of the case already.
    PomSupportsCase,
    /// The tier is missing.
    TierMissing,
    /// The risk of serious harm is missing.
    RoshMissing,
    /// The complexity of need is missing.
    ComplexityMissing,
}

impl UserErrorReason {
    /// The cause, where the code and the wording leave it open. Where a prisoner is who is not at the caller's prison is
    /// left open on purpose.
    pub(super) fn of(refusal: Refusal) -> Option<Self> {
        let Refusal::Allocation(refusal) = refusal else {
            return None;
        };
        match refusal {
            AllocationRefusal::PomNotAvailable(obstacle) => Some(obstacle.into()),
            AllocationRefusal::InformationMissing(missing) => Some(missing.into()),
            _ => None,
        }
    }
}

impl From<PomObstacle> for UserErrorReason {
    fn from(obstacle: PomObstacle) -> Self {
        match obstacle {
            PomObstacle::UnknownHere => Self::PomUnknownAtPrison,
            PomObstacle::Unavailable => Self::PomUnavailable,
            PomObstacle::Inactive => Self::PomInactive,
            PomObstacle::Removed => Self::PomRemoved,
            PomObstacle::HasTheCase => Self::PomHasCase,
            PomObstacle::SupportsTheCase => Self::PomSupportsCase,
        }
    }
}

impl From<MissingInformation> for UserErrorReason {
    fn from(missing: MissingInformation) -> Self {
        match missing {
            MissingInformation::Tier => Self::TierMissing,
            MissingInformation::Rosh => Self::RoshMissing,
            MissingInformation::Complexity => Self::ComplexityMissing,
        }
    }
}
