//! Who may read what: one table from each root field to its rules. A field that is not in it is refused to everybody.

use async_graphql::Context;
use chrono::{DateTime, NaiveDate, Utc};
use commands::Position;
use commands::{
    Operation,
    access::{
        Forbidden, Principal,
        Role::{Administrator, Allocator, Auditor, Pom, ReadAllocations},
        Rule,
    },
    operations::{AllocateCoworkingPom, AllocatePrimaryPom, DeallocateCoworkingPom, DeallocatePrimaryPom},
};
use domain::{NomsNumber, PrisonCode, StaffId, london_date};
use projections::{ReadModelError, ReadModels};

use crate::{caller::Caller, doorkeeper::unauthenticated, fault::Fault, schema::Faces};

#[cfg(test)]
mod tests;

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
const ALLOCATION_READERS: Access = open_to(&[
    Rule::Role(&[Auditor, ReadAllocations]),
    Rule::RoleInCaseload(&[Allocator, Pom]),
]);
/// Administrators look up the case that they take from everybody, wherever it is.
const ALLOCATION_READERS_AND_ADMINISTRATORS: Access = open_to(&[
    Rule::Role(&[Administrator, Auditor, ReadAllocations]),
    Rule::RoleInCaseload(&[Allocator, Pom]),
]);
const OWN_PROFILE: Access = Access {
    own: Some(Rule::RoleInCaseload(&[Pom])),
    ..ALLOCATORS
};

/// Every root field and its rules. `node` asks the rules of the field that reads the node's type.
pub(crate) const TABLE: &[(&str, Access)] = &[
    ("Query.me", ANYBODY),
    ("Query.prison", PRISON_STAFF),
    ("Query.allocation", ALLOCATION_READERS_AND_ADMINISTRATORS),
    ("Query.case", PRISON_STAFF),
    ("Query.cases", ALLOCATORS),
    ("Query.pom", OWN_PROFILE),
    ("Query.poms", ALLOCATORS),
    ("Query.timeline", PRISON_STAFF),
    ("Query.events", AUDITORS),
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
    ("Subscription.allocationChanged", ALLOCATION_READERS),
    ("Subscription.events", AUDITORS),
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

/// Someone who reads under the rules of a field. Resolvers reach the read models through it and no other way.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    faces: &'a Faces,
    caller: &'a Principal,
    access: Access,
}

impl<'a> Reader<'a> {
    /// A reader of this root field, or of one whose rules apply to what it shows.
    pub(crate) fn of(ctx: &Context<'a>, field: &str) -> Result<Self, Fault> {
        let faces = ctx.data_unchecked::<Faces>();
        let caller = &ctx.data_opt::<Caller>().ok_or_else(unauthenticated)?.principal;
        let access = Access::of(field).ok_or_else(|| Fault::forbidden(Forbidden::Role))?;
        access.admits(caller).map_err(Fault::forbidden)?;
        Ok(Self {
            faces,
            caller,
            access,
        })
    }

    /// Goes on only if the prison is the caller's business.
    pub(crate) fn at(self, prison: PrisonCode) -> Result<Self, Fault> {
        self.access
            .at(self.caller, Some(prison))
            .map_err(Fault::forbidden)?;
        Ok(self)
    }

    /// Goes on only if this member of staff is the caller's business.
    pub(crate) fn about(self, prison: PrisonCode, staff: StaffId) -> Result<Self, Fault> {
        self.access
            .about(self.caller, prison, staff)
            .map_err(Fault::forbidden)?;
        Ok(self)
    }

    /// Whether what belongs to this prison, or to none, is the caller's business.
    pub(crate) fn sees(self, prison: Option<PrisonCode>) -> bool {
        self.access.at(self.caller, prison).is_ok()
    }

    /// Whether this prisoner is the caller's business. Someone bound to caseloads sees those held there, and those
    /// held nowhere now whom their prison had last; others read as if nobody knew them.
    pub(crate) async fn sees_prisoner(self, noms: NomsNumber) -> Result<bool, Fault> {
        if self.sees(None) {
            return Ok(true);
        }
        let held = match self.models().case(noms, self.today()).await? {
            Some(case) => case
                .facts
                .prison
                .or(case.allocation.and_then(|view| view.allocation.prison)),
            None => self
                .models()
                .allocation(noms)
                .await?
                .and_then(|view| view.allocation.prison),
        };
        Ok(held.is_some() && self.sees(held))
    }

    pub(crate) fn caller(self) -> &'a Principal {
        self.caller
    }

    pub(crate) fn models(self) -> &'a ReadModels {
        &self.faces.models
    }

    /// The position of the newest event.
    pub(crate) async fn head(self) -> Result<Position, Fault> {
        Ok(self.faces.bus.log().head().await.map_err(ReadModelError::Log)?)
    }

    /// This moment.
    pub(crate) fn now(self) -> DateTime<Utc> {
        self.faces.bus.now()
    }

    /// The London calendar date.
    pub(crate) fn today(self) -> NaiveDate {
        london_date(self.now())
    }
}
