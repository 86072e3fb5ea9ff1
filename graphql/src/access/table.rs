//! The rules of queries and subscriptions. A field without rules is refused to everybody. The rules of mutations are those of
//! their operations.

use commands::access::{
    Forbidden, Principal,
    Role::{Administrator, Allocator, Auditor, Pom, ReadAllocations},
    Rule,
};
use domain::{PrisonCode, StaffId};

/// The rules of a root field. One that lets the caller pass is enough.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Access {
    pub(crate) rules: &'static [Rule],
    /// The rule under which a member of staff sees their own profile.
    pub(crate) own: Option<Rule>,
}

const ANYBODY: Access = Access::open_to(&[Rule::Authenticated]);
const AUDITORS: Access = Access::open_to(&[Rule::Role(&[Auditor])]);
const PRISON_STAFF: Access =
    Access::open_to(&[Rule::Role(&[Auditor]), Rule::RoleInCaseload(&[Allocator, Pom])]);
const ALLOCATORS: Access = Access::open_to(&[Rule::Role(&[Auditor]), Rule::RoleInCaseload(&[Allocator])]);

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
/// A prisoner's allocation. Administrators, who deallocate cases of any prison, look them up.
pub(super) const ALLOCATION: Access = Access::open_to(&[
    Rule::Role(&[Administrator, Auditor, ReadAllocations]),
    Rule::RoleInCaseload(&[Allocator, Pom]),
]);
/// A prisoner's case.
pub(super) const CASE: Access = PRISON_STAFF;
/// A prisoner's history, with notes and reasons.
pub(super) const TIMELINE: Access = PRISON_STAFF;
/// Changes of allocations, by the prison of the change.
pub(super) const CHANGES: Access = Access::open_to(&[
    Rule::Role(&[Auditor, ReadAllocations]),
    Rule::RoleInCaseload(&[Allocator, Pom]),
]);
/// The log itself.
pub(super) const LOG: Access = AUDITORS;

/// The rules of queries. What a field shows further down has the rules of its view, see [`super::Disclosable`]; `node` is
/// open, because it shows nothing else.
pub(crate) const QUERIES: &[(&str, Access)] = &[
    ("me", ANYBODY),
    ("prison", PRISON),
    ("allocation", ALLOCATION),
    ("case", CASE),
    ("cases", CASES),
    ("pom", POM),
    ("poms", POMS),
    ("timeline", TIMELINE),
    ("events", LOG),
    ("node", ANYBODY),
];

/// The rules of subscriptions.
pub(crate) const SUBSCRIPTIONS: &[(&str, Access)] = &[("allocationChanged", CHANGES), ("events", LOG)];

impl Access {
    /// Access under any of these rules.
    pub(crate) const fn open_to(rules: &'static [Rule]) -> Self {
        Self { rules, own: None }
    }

    /// Checks that the caller has one of the roles, in some prison or for their own profile.
    pub(crate) fn admits(self, caller: &Principal) -> Result<(), Forbidden> {
        let by_role = |rule: &Rule| match *rule {
            Rule::RoleInCaseload(roles) => Rule::Role(roles).check(caller, None).is_ok(),
            rule => rule.check(caller, None).is_ok(),
        };
        let admitted = self.rules.iter().chain(&self.own).any(by_role);
        if admitted { Ok(()) } else { Err(Forbidden::Role) }
    }

    /// Checks that the caller may ask about this prison. If there is no prison, only rules without caseloads let them pass.
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

    /// Checks that the caller may ask about this member of staff at this prison: by the rules, or because it is themselves.
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
