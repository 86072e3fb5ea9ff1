//! The closed vocabularies of the field.

use async_graphql::Enum;

/// Which POMs a case has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::allocation::AllocationState")]
pub(crate) enum AllocationState {
    /// Never allocated.
    None,
    /// A primary POM.
    Primary,
    /// A primary and a co-working POM.
    PrimaryAndCoworking,
    /// Only a co-working POM: the case needs a primary.
    CoworkingOnly,
    /// Allocated once, not now.
    Ended,
}

/// What happened to an allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::allocation::AllocationEventKind")]
pub(crate) enum AllocationEventKind {
    /// A case without primary POM got one.
    AllocatePrimaryPom,
    /// A case got another primary POM.
    ReallocatePrimaryPom,
    /// A co-working POM joined.
    AllocateSecondaryPom,
    /// A co-working POM was replaced.
    ReallocateSecondaryPom,
    /// The primary POM was removed.
    DeallocatePrimaryPom,
    /// The co-working POM was removed.
    DeallocateSecondaryPom,
    /// The prisoner was released.
    DeallocateReleasedOffender,
}

/// What triggered a change of an allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::allocation::AllocationTrigger")]
pub(crate) enum AllocationTrigger {
    /// A user of the service.
    User,
    /// The prisoner moved to another prison.
    OffenderTransferred,
    /// The prisoner was released.
    OffenderReleased,
    /// An administrator.
    ManualChange,
    /// The prisoner's legal status left the remit.
    LegalStatusChanged,
    /// The POM became inactive.
    InactivePom,
}

/// Why a POM of another type than recommended was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::policy::OverrideReason")]
pub(crate) enum OverrideReason {
    /// The prisoner was assessed as not suitable for the recommended type.
    Suitability,
    /// No POM of the recommended type is available.
    NoStaff,
    /// This POM has worked with the prisoner before.
    Continuity,
    /// Another reason, given in words.
    Other,
}

/// The grade of a POM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::PomPosition")]
pub(crate) enum PomPosition {
    /// Prison officer.
    #[graphql(name = "PRO")]
    Prison,
    /// Probation officer.
    #[graphql(name = "PO")]
    Probation,
}

/// Whether a POM takes cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::PomStatus")]
pub(crate) enum PomStatus {
    /// Takes new cases.
    Active,
    /// Keeps cases, takes no new ones.
    Unavailable,
    /// Away from work.
    Inactive,
    /// No longer a POM at this prison.
    Deleted,
}

/// The groups in which a prison's POMs are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "projections::PomGroup")]
pub(crate) enum PomGroup {
    /// Prison officer POMs at work.
    Prison,
    /// Probation officer POMs at work.
    Probation,
    /// POMs who take no new cases.
    Unavailable,
    /// POMs away from work.
    Away,
    /// People with cases who are no longer POMs here.
    AttentionNeeded,
}

/// The three lists of a prison's cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "projections::CaseBucket")]
pub(crate) enum CaseBucket {
    /// Has a primary POM at the prison.
    Allocated,
    /// Can be allocated.
    Unallocated,
    /// Cannot be allocated until details are added.
    MissingInformation,
}

/// A POM's part in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "projections::PomRole")]
pub(crate) enum PomRole {
    /// Owns the case.
    Primary,
    /// Supports the primary POM.
    Coworking,
}

/// How a case is banded by risk and need, A highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Tier")]
pub(crate) enum Tier {
    /// Highest risk and need.
    A,
    /// Second.
    B,
    /// Third.
    C,
    /// Fourth: the lowest of the first scheme.
    D,
    /// Fifth, of the newer scheme.
    E,
    /// Sixth, of the newer scheme.
    F,
    /// Lowest of the newer scheme.
    G,
}

/// Risk of serious harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::RoshLevel")]
pub(crate) enum RoshLevel {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Very high.
    VeryHigh,
}

/// Complexity of need, known in the women's estate only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Complexity")]
pub(crate) enum Complexity {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

/// Which date of a sentence it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::prisoner::ReleaseKind")]
pub(crate) enum ReleaseKind {
    /// Conditional release.
    Crd,
    /// Automatic release.
    Ard,
    /// Home detention curfew eligibility.
    Hdced,
    /// Home detention curfew, actual.
    Hdcea,
    /// Parole eligibility.
    Ped,
    /// Tariff end.
    Ted,
    /// Sentence expiry.
    Sed,
    /// Licence expiry.
    Led,
    /// Post-recall release.
    Prrd,
    /// Approved parole.
    Apd,
}

/// Why this type of POM is recommended, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::policy::RecommendationReason")]
pub(crate) enum RecommendationReason {
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

/// By what a list of cases is put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "projections::CaseOrderField")]
pub(crate) enum CaseOrderField {
    /// The prisoner's last name.
    LastName,
    /// Where in the prison.
    Location,
    /// The earliest release date.
    EarliestReleaseDate,
    /// The tier.
    Tier,
    /// The primary POM's name.
    PomName,
    /// When the primary POM was allocated.
    AllocationDate,
    /// Since when the case has waited.
    WaitingSince,
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Enum)]
pub(crate) enum OrderDirection {
    /// Smallest, earliest or first in the alphabet; what is not known comes first.
    #[default]
    Asc,
    /// Largest, latest or last in the alphabet; what is not known comes last.
    Desc,
}

/// What kind of actor it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum ActorKind {
    /// A person.
    User,
    /// Another service in its own name.
    Client,
    /// This service itself.
    System,
}
