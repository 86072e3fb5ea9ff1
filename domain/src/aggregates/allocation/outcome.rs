//! How an event is named to people and contracts: the last event and what triggered it. Allocation rules 2.3.

use super::{AllocationEvent, RemovalReason};
use crate::coded::coded;

coded! {
    /// What happened last to an allocation.
    AllocationEventKind {
        /// A case without primary POM got one.
        AllocatePrimaryPom = "allocate_primary_pom",
        /// A case got another primary POM.
        ReallocatePrimaryPom = "reallocate_primary_pom",
        /// A co-working POM joined.
        AllocateSecondaryPom = "allocate_secondary_pom",
        /// A co-working POM was replaced.
        ReallocateSecondaryPom = "reallocate_secondary_pom",
        /// The primary POM was removed.
        DeallocatePrimaryPom = "deallocate_primary_pom",
        /// The co-working POM was removed.
        DeallocateSecondaryPom = "deallocate_secondary_pom",
        /// The prisoner was released.
        DeallocateReleasedOffender = "deallocate_released_offender",
    }
}

coded! {
    /// What triggered it.
    AllocationTrigger {
        /// A user of the service.
        User = "user",
        /// The prisoner moved to another prison.
        OffenderTransferred = "offender_transferred",
        /// The prisoner was released.
        OffenderReleased = "offender_released",
        /// An administrator.
        ManualChange = "manual_change",
        /// The prisoner's legal status left the remit.
        LegalStatusChanged = "legal_status_changed",
        /// The POM became inactive.
        InactivePom = "inactive_pom",
    }
}

impl From<RemovalReason> for AllocationTrigger {
    fn from(reason: RemovalReason) -> Self {
        match reason {
            RemovalReason::User => Self::User,
            RemovalReason::Transferred => Self::OffenderTransferred,
            RemovalReason::LegalStatusChanged => Self::LegalStatusChanged,
            RemovalReason::PomInactive => Self::InactivePom,
            RemovalReason::Manual => Self::ManualChange,
        }
    }
}

impl AllocationEvent {
    /// The kind that contracts name.
    #[must_use]
    pub const fn kind(&self) -> AllocationEventKind {
        use AllocationEventKind as Kind;
        match self {
            Self::PrimaryPomAllocated(_) => Kind::AllocatePrimaryPom,
            Self::PrimaryPomReallocated { .. } => Kind::ReallocatePrimaryPom,
            Self::CoworkingPomAllocated { .. } => Kind::AllocateSecondaryPom,
            Self::CoworkingPomReplaced { .. } => Kind::ReallocateSecondaryPom,
            Self::PrimaryPomDeallocated { .. } | Self::AllocationEndedByTransfer { .. } => {
                Kind::DeallocatePrimaryPom
            }
            Self::CoworkingPomDeallocated { .. } => Kind::DeallocateSecondaryPom,
            Self::AllocationEndedByRelease(_) => Kind::DeallocateReleasedOffender,
        }
    }

    /// The trigger that contracts name.
    #[must_use]
    pub fn trigger(&self) -> AllocationTrigger {
        match self {
            Self::PrimaryPomDeallocated { reason, .. } | Self::CoworkingPomDeallocated { reason, .. } => {
                (*reason).into()
            }
            Self::AllocationEndedByRelease(_) => AllocationTrigger::OffenderReleased,
            Self::AllocationEndedByTransfer { .. } => AllocationTrigger::OffenderTransferred,
            _ => AllocationTrigger::User,
        }
    }

    /// Whether the event changes who the primary POM is or where, which other services are told about.
    #[must_use]
    pub const fn changes_primary(&self) -> bool {
        match self {
            Self::PrimaryPomAllocated(_)
            | Self::PrimaryPomReallocated { .. }
            | Self::PrimaryPomDeallocated { .. } => true,
            Self::AllocationEndedByRelease(ended) | Self::AllocationEndedByTransfer { ended, .. } => {
                ended.primary.is_some()
            }
            _ => false,
        }
    }
}
