//! What can be asked of an allocation. Facts that the rules need come in as values.

use chrono::{DateTime, Utc};

use super::{PomSnapshot, RemovalReason};
use crate::{
    Personal, PomStatus, PrisonCode, RoshLevel, StaffId, Tier,
    case::MissingInformation,
    policy::{OverrideForm, PolicyVersion, Recommendation},
};

/// A POM at the prison, as registered there when asked to take a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub pom: PomSnapshot,
    /// Whether they take cases.
    pub status: PomStatus,
}

/// A request to make someone the primary POM, with the facts under which it is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocatePrimary {
    /// Where the allocator works.
    pub prison: PrisonCode,
    /// Where the prisoner is, when known to be in a prison.
    pub prisoner_at: Option<PrisonCode>,
    /// Whether the prisoner is inside OMiC policy.
    pub inside_policy: bool,
    /// The chosen POM, if registered at the prison.
    pub candidate: Option<Candidate>,
    /// The case's tier, when known.
    pub tier: Option<Tier>,
    /// The case's risk of serious harm, when known.
    pub rosh: Option<RoshLevel>,
    /// What the policy wants known before a first allocation and is not.
    pub missing: Option<MissingInformation>,
    /// What is recommended.
    pub recommendation: Recommendation,
    /// Whether that takes the POM to be responsible without knowing it.
    pub assumes_pom_responsible: bool,
    /// Under which policy.
    pub policy: PolicyVersion,
    /// What was said about departing from the recommendation.
    pub override_form: OverrideForm,
    /// Note for the POM.
    pub note: Option<Personal<String>>,
    /// When, UTC.
    pub at: DateTime<Utc>,
}

/// A command to the stream `allocation-{noms}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllocationCommand {
    /// Make someone the primary POM: allocates, or reallocates an allocated case.
    AllocatePrimary(Box<AllocatePrimary>),
    /// Add a co-working POM, or replace the present one.
    AllocateCoworking {
        /// The chosen POM, if registered at the prison.
        candidate: Option<Candidate>,
        /// Note for both POMs.
        note: Option<Personal<String>>,
        /// When, UTC.
        at: DateTime<Utc>,
    },
    /// Take the co-working POM off the case.
    DeallocateCoworking {
        /// Why.
        reason: RemovalReason,
        /// An explanation.
        note: Option<Personal<String>>,
    },
    /// An administrator takes everybody off the case. Allocation rules 2.6 C9.
    DeallocateManually {
        /// The explanation that an administrator owes.
        note: Option<Personal<String>>,
    },
    /// The prisoner was released. Allocation rules 2.6 C6.
    EndByRelease {
        /// When the prisoner left, UTC.
        left_at: DateTime<Utc>,
    },
    /// The prisoner moved. Allocation rules 2.6 C5.
    EndByTransfer {
        /// The new prison, when known.
        to_prison: Option<PrisonCode>,
        /// When the prisoner left, UTC.
        left_at: DateTime<Utc>,
    },
    /// Upstream says that the prisoner is gone by now: everybody goes off the case, also who came onto it after they left.
    EndByAbsence {
        /// Whether they were released; transferred otherwise.
        released: bool,
        /// The new prison, when known.
        to_prison: Option<PrisonCode>,
        /// When the prisoner left, UTC.
        left_at: DateTime<Utc>,
    },
    /// The prisoner's legal status left the remit. Allocation rules 2.6 C7.
    EndByLegalStatus,
    /// A POM no longer works at a prison. Allocation rules 2.6 C8.
    RemoveInactivePom {
        /// Who.
        staff_id: StaffId,
        /// Where.
        prison: PrisonCode,
    },
}
