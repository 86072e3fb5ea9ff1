//! Every root field, a document that asks for it at Leeds, and for whom it is.

/// All authorities that the service knows.
pub(crate) const ROLES: [&str; 7] = [
    "ROLE_ALLOC_MGR",
    "ROLE_ALLOC_CASE_MGR",
    "ROLE_MOIC_ADMIN",
    "ROLE_VIEW_POM_ALLOCATIONS",
    "ROLE_POM_ALLOCATIONS__AUDIT__RO",
    "ROLE_POM_ALLOCATIONS__DEVELOPER",
    "ROLE_QUEUE_ADMIN",
];

/// Caseloads with and without Leeds.
pub(crate) const PLACES: [&[&str]; 4] = [&["LEI"], &["MDI"], &["LEI", "MDI"], &[]];

/// What a caller gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What they asked for.
    Seen,
    /// An answer as if nobody knew of it.
    Nothing,
    /// That it is not for them.
    Refused,
}

/// For whom a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Anybody,
    /// Allocators and POMs of the prison, and those who are bound to none; others are refused.
    PrisonStaff,
    /// The same of a prisoner, whom others do not learn of.
    PrisonStaffOfPrisoner,
    /// The same, services that read allocations, and administrators.
    ReadersOfPrisoner,
    /// The same but for administrators.
    Readers,
    /// Allocators of the prison, and those who are bound to none.
    Allocators,
    /// Allocators of the prison alone: those who see everything change nothing.
    AllocatorsThemselves,
    Administrators,
    Auditors,
}

impl Who {
    /// What someone with this role gets, of this prison or not.
    pub(crate) fn expects(self, role: &str, of_the_prison: bool) -> Outcome {
        let (allocator, pom) = (role == "ROLE_ALLOC_MGR", role == "ROLE_ALLOC_CASE_MGR");
        let administrator = role == "ROLE_MOIC_ADMIN";
        let auditor = role == "ROLE_POM_ALLOCATIONS__AUDIT__RO";
        let reads = role == "ROLE_VIEW_POM_ALLOCATIONS";
        let (anywhere, at_the_prison) = match self {
            Self::Anybody => (true, false),
            Self::PrisonStaff | Self::PrisonStaffOfPrisoner => (auditor, allocator || pom),
            Self::ReadersOfPrisoner => (administrator || auditor || reads, allocator || pom),
            Self::Readers => (auditor || reads, allocator || pom),
            Self::Allocators => (auditor, allocator),
            Self::AllocatorsThemselves => (false, allocator),
            Self::Administrators => (administrator, false),
            Self::Auditors => (auditor, false),
        };
        let hides = matches!(self, Self::PrisonStaffOfPrisoner | Self::ReadersOfPrisoner);
        match (
            anywhere || (at_the_prison && of_the_prison),
            at_the_prison && hides,
        ) {
            (true, _) => Outcome::Seen,
            (false, true) => Outcome::Nothing,
            (false, false) => Outcome::Refused,
        }
    }
}

/// Every root field. Mutations state a version that is not there, so that those who may are refused by the rules only.
pub(crate) const FIELDS: [(&str, &str, Who); 16] = [
    ("Query.me", "{ me { username } }", Who::Anybody),
    ("Query.prison", "{ prison(code: \"LEI\") { counts { allocated } } }", Who::PrisonStaff),
    ("Query.allocation", "{ allocation(nomsNumber: \"A1234BC\") { version } }", Who::ReadersOfPrisoner),
    ("Query.case", "{ case(nomsNumber: \"A1234BC\") { lastName } }", Who::PrisonStaffOfPrisoner),
    ("Query.cases", "{ cases(prison: \"LEI\", bucket: ALLOCATED) { totalCount } }", Who::Allocators),
    ("Query.pom", "{ pom(prison: \"LEI\", staffId: 101) { name } }", Who::Allocators),
    ("Query.poms", "{ poms(prison: \"LEI\") { name } }", Who::Allocators),
    ("Query.timeline", "{ timeline(nomsNumber: \"A1234BC\") { totalCount } }", Who::PrisonStaffOfPrisoner),
    ("Query.events", "{ events(first: 1) { totalCount } }", Who::Auditors),
    ("Query.node", "{ node(id: \"UHJpc29uOkxFSQ\") { id } }", Who::PrisonStaff),
    (
        "Mutation.allocatePrimaryPom",
        "mutation { allocatePrimaryPom(input: {nomsNumber: \"A1234BC\", prison: \"LEI\", staffId: 101, expectedVersion: 99})
            { userErrors { code } } }",
        Who::AllocatorsThemselves,
    ),
    (
        "Mutation.allocateCoworkingPom",
        "mutation { allocateCoworkingPom(input: {nomsNumber: \"A1234BC\", prison: \"LEI\", staffId: 101, expectedVersion: 99})
            { userErrors { code } } }",
        Who::AllocatorsThemselves,
    ),
    (
        "Mutation.deallocateCoworkingPom",
        "mutation { deallocateCoworkingPom(input: {nomsNumber: \"A1234BC\", expectedVersion: 99}) { userErrors { code } } }",
        Who::AllocatorsThemselves,
    ),
    (
        "Mutation.deallocatePrimaryPom",
        "mutation { deallocatePrimaryPom(input: {nomsNumber: \"A1234BC\", reason: \"a test\", expectedVersion: 99})
            { userErrors { code } } }",
        Who::Administrators,
    ),
    (
        "Subscription.allocationChanged",
        "subscription { allocationChanged(prison: \"LEI\", after: \"0\") { kind } }",
        Who::Readers,
    ),
    ("Subscription.events", "subscription { events(after: \"0\") { type } }", Who::Auditors),
];
