//! One case after the events so far.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    NomsNumber, PrisonCode, StaffId,
    allocation::{AllocationEvent, Ended, PomSnapshot, PrimaryAllocation},
    case::Case,
    london_date,
    policy::PolicyVersion,
    prison,
    prisoner::{Prisoner, PrisonerFacts},
};
use event_store::Position;
use serde::{Deserialize, Serialize};

use super::CaseBucket;
use crate::envelope::{DomainEvent, Envelope};

/// One prisoner's case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CaseRow {
    pub(crate) noms: NomsNumber,
    pub(crate) position: Position,
    pub(crate) prisoner: Prisoner,
    pub(crate) information: Case,
    pub(crate) roles: Roles,
}

/// Who works on the case, as far as lists need it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Roles {
    /// Where the last primary allocation was made.
    pub(crate) prison: Option<PrisonCode>,
    pub(crate) primary: Option<Role>,
    pub(crate) coworking: Option<Role>,
    /// The London date on which the case lost its primary POM.
    pub(crate) vacant_since: Option<NaiveDate>,
}

/// A POM's part in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Role {
    pub(crate) staff: StaffId,
    /// "surname, forename".
    pub(crate) name: String,
    /// The London date from which they have it: the one meaning of 'allocated in the last seven days'.
    pub(crate) since: NaiveDate,
}

impl Role {
    fn new(pom: &PomSnapshot, allocated_at: DateTime<Utc>) -> Self {
        Self {
            staff: pom.staff_id,
            name: pom.listed_name(),
            since: london_date(allocated_at),
        }
    }
}

impl CaseRow {
    pub(crate) fn new(noms: NomsNumber) -> Self {
        Self {
            noms,
            position: Position::START,
            prisoner: Prisoner::default(),
            information: Case::default(),
            roles: Roles::default(),
        }
    }

    pub(crate) fn apply(&mut self, envelope: &Envelope) {
        match &envelope.event {
            DomainEvent::Prisoner(event) => self.prisoner.apply(event),
            DomainEvent::Case(event) => self.information.apply(event),
            DomainEvent::Allocation(event) => self.roles.apply(event, envelope.origin.occurred_at),
            DomainEvent::Pom(_) => return,
        }
        self.position = envelope.position;
    }

    pub(crate) fn facts(&self) -> Option<&PrisonerFacts> {
        self.prisoner.facts.as_ref()
    }

    /// Where the prisoner is counted.
    pub(crate) fn prison(&self) -> Option<PrisonCode> {
        self.facts()?.prison
    }

    /// The prison whose case it is: the one that holds the prisoner, or, while none does, the one where the case was
    /// allocated last.
    pub(crate) fn case_prison(&self) -> Option<PrisonCode> {
        self.prison().or(self.roles.prison)
    }

    /// The bucket from the day on which the prisoner is an adult; nothing before. Allocation rules 5.3.
    pub(crate) fn adult_bucket(&self, policy: PolicyVersion) -> Option<CaseBucket> {
        let facts = self.facts().filter(|facts| facts.is_inside_policy_as_adult())?;
        let here = facts.prison?;
        let womens_estate = prison(here).is_some_and(domain::Prison::is_womens);
        Some(if self.roles.are_active_at(here) {
            CaseBucket::Allocated
        } else if self.information.is_complete(policy, womens_estate) {
            CaseBucket::Unallocated
        } else {
            CaseBucket::MissingInformation
        })
    }

    /// When the prisoner came to the present prison: the later of the movement in and the sentence's start.
    pub(crate) fn arrived_on(&self) -> Option<NaiveDate> {
        let facts = self.facts()?;
        facts.prison?;
        facts.arrived_on.max(facts.dates.sentence_start)
    }

    /// Since when the case has waited for a primary POM: since arrival, or since it lost its last one if that is later.
    /// Nothing while the prisoner has a primary POM at this prison.
    pub(crate) fn waiting_since(&self) -> Option<NaiveDate> {
        let here = self.prison()?;
        if self.roles.are_active_at(here) {
            return None;
        }
        self.arrived_on().max(self.roles.vacant_since)
    }
}

impl Roles {
    fn are_active_at(&self, prison: PrisonCode) -> bool {
        self.primary.is_some() && self.prison == Some(prison)
    }

    fn apply(&mut self, event: &AllocationEvent, occurred_at: DateTime<Utc>) {
        match event {
            AllocationEvent::PrimaryPomAllocated(to) | AllocationEvent::PrimaryPomReallocated { to, .. } => {
                self.take_primary(to);
            }
            AllocationEvent::CoworkingPomAllocated {
                pom, allocated_at, ..
            }
            | AllocationEvent::CoworkingPomReplaced {
                pom, allocated_at, ..
            } => {
                self.coworking = Some(Role::new(pom, *allocated_at));
            }
            AllocationEvent::PrimaryPomDeallocated { .. } => self.lose_primary(occurred_at),
            AllocationEvent::CoworkingPomDeallocated { .. } => self.coworking = None,
            AllocationEvent::AllocationEndedByRelease(ended)
            | AllocationEvent::AllocationEndedByTransfer { ended, .. } => self.end(ended),
        }
    }

    fn take_primary(&mut self, to: &PrimaryAllocation) {
        self.prison = Some(to.prison);
        self.primary = Some(Role::new(&to.pom, to.allocated_at));
        self.vacant_since = None;
    }

    fn lose_primary(&mut self, at: DateTime<Utc>) {
        if self.primary.take().is_some() {
            self.vacant_since = Some(london_date(at));
        }
    }

    fn end(&mut self, ended: &Ended) {
        self.lose_primary(ended.left_at);
        self.coworking = None;
    }
}
