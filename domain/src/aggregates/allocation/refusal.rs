//! Why a command was refused. The wording is what users know; the code is stable.

use crate::{PomStatus, case::MissingInformation, policy::OverrideRefusal};

/// Why a POM cannot take a case. People are told all of these in the same words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PomObstacle {
    /// Not on the prison's register of POMs.
    UnknownHere,
    /// Takes no new cases.
    Unavailable,
    /// Away from work.
    Inactive,
    /// No longer a POM at the prison.
    Removed,
    /// Has the case already.
    HasTheCase,
    /// Supports the primary POM of the case.
    SupportsTheCase,
}

impl PomObstacle {
    /// What keeps a POM of this status from new cases, if it does.
    pub(crate) const fn of(status: PomStatus) -> Option<Self> {
        match status {
            PomStatus::Active => None,
            PomStatus::Unavailable => Some(Self::Unavailable),
            PomStatus::Inactive => Some(Self::Inactive),
            PomStatus::Deleted => Some(Self::Removed),
        }
    }
}

/// A command that the rules do not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AllocationRefusal {
    /// Not on the list of POMs who can take this case.
    #[error("Choose a POM from the available list to allocate this case.")]
    PomNotAvailable(PomObstacle),
    /// Primary and co-working POM must differ.
    #[error("Primary POM cannot be the same as co-working POM")]
    SameAsCoworking,
    /// The form about departing from the recommendation is not complete.
    #[error(transparent)]
    Override(#[from] OverrideRefusal),
    /// Details that an allocation needs are missing.
    #[error("Add the missing details before allocating this case")]
    InformationMissing(MissingInformation),
    /// The prisoner is elsewhere.
    #[error("This prisoner is not in this prison")]
    PrisonerNotAtPrison,
    /// The prisoner is not someone the service deals with.
    #[error("This case is outside OMiC policy and cannot be allocated")]
    OutsideOmicPolicy,
    /// A co-working POM supports a primary POM.
    #[error("Allocate a primary POM before adding a co-working POM")]
    NoPrimaryPom,
    /// There is nobody to take off the case.
    #[error("There is nobody to remove from this case")]
    NothingToDeallocate,
}

impl AllocationRefusal {
    /// The stable code that clients read.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PomNotAvailable(_) => "POM_NOT_AVAILABLE",
            Self::SameAsCoworking => "SAME_AS_COWORKING",
            Self::Override(OverrideRefusal::NoReason) => "OVERRIDE_REASON_REQUIRED",
            Self::Override(OverrideRefusal::NoSuitabilityDetail) => "SUITABILITY_DETAIL_REQUIRED",
            Self::Override(OverrideRefusal::NoOtherDetail) => "OTHER_DETAIL_REQUIRED",
            Self::Override(
                OverrideRefusal::SuitabilityDetailTooLong | OverrideRefusal::OtherDetailTooLong,
            ) => "DETAIL_TOO_LONG",
            Self::InformationMissing(_) => "INFORMATION_MISSING",
            Self::PrisonerNotAtPrison => "PRISONER_NOT_AT_PRISON",
            Self::OutsideOmicPolicy => "OUTSIDE_OMIC_POLICY",
            Self::NoPrimaryPom => "NO_PRIMARY_POM",
            Self::NothingToDeallocate => "NOTHING_TO_DEALLOCATE",
        }
    }

    /// The input that is at fault, in the words of the API; none when it is the case itself.
    #[must_use]
    pub const fn field(self) -> Option<&'static str> {
        match self {
            Self::PomNotAvailable(_) | Self::SameAsCoworking => Some("staffId"),
            Self::Override(OverrideRefusal::NoReason) => Some("overrideReasons"),
            Self::Override(
                OverrideRefusal::NoSuitabilityDetail | OverrideRefusal::SuitabilityDetailTooLong,
            ) => Some("suitabilityDetail"),
            Self::Override(OverrideRefusal::NoOtherDetail | OverrideRefusal::OtherDetailTooLong) => {
                Some("otherDetail")
            }
            Self::PrisonerNotAtPrison => Some("prison"),
            Self::InformationMissing(_)
            | Self::OutsideOmicPolicy
            | Self::NoPrimaryPom
            | Self::NothingToDeallocate => None,
        }
    }
}
