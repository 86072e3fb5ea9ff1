//! Who may read what: one table from each root field to its rules. A field that is not in it is refused to everybody.

use commands::{
    Operation,
    access::{
        Forbidden, Principal,
        Role::{Administrator, Allocator, Auditor, Pom, ReadAllocations},
        Rule,
    },
    operations::{AllocateCoworkingPom, AllocatePrimaryPom, DeallocateCoworkingPom, DeallocatePrimaryPom},
};
use domain::{PrisonCode, StaffId};

/// The rules of a root field. One that lets the caller pass is enough.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Access {
    pub(crate) rules: &'static [Rule],
    /// The rule under which people see what is about themselves.
    pub(crate) own: Option<Rule>,
}

const fn open_to(rules: &'static [Rule]) -> Access {
    Access { rules, own: None }
}

const ANYBODY: Access = open_to(&[Rule::Authenticated]);
const AUDITORS: Access = open_to(&[Rule::Role(&[Auditor])]);
const PRISON_STAFF: Access = open_to(&[Rule::Role(&[Auditor]), Rule::RoleInCaseload(&[Allocator, Pom])]);
const ALLOCATORS: Access = open_to(&[Rule::Role(&[Auditor]), Rule::RoleInCaseload(&[Allocator])]);

/// A prison's dashboard.
pub(super) const PRISON: Access = PRISON_STAFF;
/// A prison's lists of cases.
pub(super) const CASES: Access = ALLOCATORS;
/// A prison's POMs.
pub(super) const POMS: Access = ALLOCATORS;
/// A POM and their caseload: for allocators, and for the POM.
pub(super) const POM: Access = Access {
    own: Some(Rule::RoleInCaseload(&[Pom])),
    ..ALLOCATORS
};
/// Who has a prisoner's case. Administrators look up the case that they take from everybody, wherever it is.
pub(super) const ALLOCATION: Access = open_to(&[
    Rule::Role(&[Administrator, Auditor, ReadAllocations]),
    Rule::RoleInCaseload(&[Allocator, Pom]),
]);
/// A prisoner's case.
pub(super) const CASE: Access = PRISON_STAFF;
/// What happened to a prisoner's case, with notes and reasons.
pub(super) const TIMELINE: Access = PRISON_STAFF;
/// That an allocation changed, by the prison in whose context it did.
pub(super) const CHANGES: Access = open_to(&[
    Rule::Role(&[Auditor, ReadAllocations]),
    Rule::RoleInCaseload(&[Allocator, Pom]),
]);
/// The log itself.
pub(super) const LOG: Access = AUDITORS;

/// Every root field and its rules. What a field shows further down is told under the rules of what it tells, see
/// [`super::Disclosable`]; `node` is open, because it shows nothing but that.
pub(crate) const TABLE: &[(&str, Access)] = &[
    ("Query.me", ANYBODY),
    ("Query.prison", PRISON),
    ("Query.allocation", ALLOCATION),
    ("Query.case", CASE),
    ("Query.cases", CASES),
    ("Query.pom", POM),
    ("Query.poms", POMS),
    ("Query.timeline", TIMELINE),
    ("Query.events", LOG),
    ("Query.node", ANYBODY),
    (
        "Mutation.allocatePrimaryPom",
        open_to(&[AllocatePrimaryPom::RULE]),
    ),
    (
        "Mutation.allocateCoworkingPom",
        open_to(&[AllocateCoworkingPom::RULE]),
    ),
    (
        "Mutation.deallocateCoworkingPom",
        open_to(&[DeallocateCoworkingPom::RULE]),
    ),
    (
        "Mutation.deallocatePrimaryPom",
        open_to(&[DeallocatePrimaryPom::RULE]),
    ),
    ("Subscription.allocationChanged", CHANGES),
    ("Subscription.events", LOG),
];

impl Access {
    /// The rules of a root field, such as `Query.case`.
    pub(crate) fn of(field: &str) -> Option<Self> {
        TABLE
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, access)| *access)
    }

    /// Whether the caller has a role that may ask at all, in some prison or of themselves.
    pub(crate) fn admits(self, caller: &Principal) -> Result<(), Forbidden> {
        let by_role = |rule: &Rule| match *rule {
            Rule::RoleInCaseload(roles) => Rule::Role(roles).check(caller, None).is_ok(),
            rule => rule.check(caller, None).is_ok(),
        };
        let admitted = self.rules.iter().chain(&self.own).any(by_role);
        if admitted { Ok(()) } else { Err(Forbidden::Role) }
    }

    /// Whether the caller may ask in the context of this prison; of no prison, only those who are not bound to any.
    pub(crate) fn at(self, caller: &Principal, prison: Option<PrisonCode>) -> Result<(), Forbidden> {
        let mut refused = Forbidden::Role;
        for rule in self.rules {
            match rule.check(caller, prison) {
                Ok(()) => return Ok(()),
                Err(Forbidden::Caseload) => refused = Forbidden::Caseload,
                Err(Forbidden::Role) => {}
            }
        }
        Err(refused)
    }

    /// Whether the caller may ask about this member of staff at this prison: by the rules, or because it is they.
    pub(crate) fn about(
        self,
        caller: &Principal,
        prison: PrisonCode,
        staff: StaffId,
    ) -> Result<(), Forbidden> {
        let themselves = caller.staff_id == Some(staff);
        match self.at(caller, Some(prison)) {
            Err(_) if themselves && let Some(own) = self.own => own.check(caller, Some(prison)),
            decided => decided,
        }
    }
}
