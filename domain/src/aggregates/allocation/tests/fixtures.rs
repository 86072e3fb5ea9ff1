//! The people and places of the stories.

use chrono::{DateTime, TimeDelta, Utc};
use cqrs_es::test::{AggregateTestExecutor, TestFramework};

use crate::{
    PomPosition, PomStatus, PrisonCode, RoshLevel, StaffId, Tier,
    allocation::{
        AllocatePrimary, Allocation, AllocationCommand, AllocationEvent, AllocationState, Candidate,
        PomSnapshot, PrimaryAllocation, RemovalReason,
    },
    policy::{OverrideForm, OverrideReason, PolicyVersion, Recommendation},
};

/// A prison POM.
pub(super) const ANN: i64 = 101;
/// A probation POM.
pub(super) const BOB: i64 = 102;
/// A prison POM.
pub(super) const CAT: i64 = 103;

pub(super) fn leeds() -> PrisonCode {
    "LEI".parse().unwrap()
}

pub(super) fn moorland() -> PrisonCode {
    "MDI".parse().unwrap()
}

pub(super) fn staff(number: i64) -> StaffId {
    number.try_into().unwrap()
}

/// So many hours after nine on the day of the stories.
pub(super) fn hour(number: i64) -> DateTime<Utc> {
    let nine: DateTime<Utc> = "2026-09-10T09:00:00Z".parse().unwrap();
    nine.checked_add_signed(TimeDelta::hours(number)).unwrap()
}

pub(super) fn pom(number: i64) -> PomSnapshot {
    PomSnapshot {
        staff_id: staff(number),
        forename: "PAT".to_owned(),
        surname: format!("POM{number}"),
        email: Some(format!("pom{number}@example.gov.uk").into()),
        position: if number == BOB {
            PomPosition::Probation
        } else {
            PomPosition::Prison
        },
    }
}

pub(super) fn candidate(number: i64) -> Candidate {
    Candidate {
        pom: pom(number),
        status: PomStatus::Active,
    }
}

/// Someone at Leeds, tier A, risk high, for whom a probation POM is recommended; asked at nine.
pub(super) fn request(number: i64) -> AllocatePrimary {
    AllocatePrimary {
        prison: leeds(),
        prisoner_at: Some(leeds()),
        inside_policy: true,
        candidate: Some(candidate(number)),
        tier: Some(Tier::A),
        rosh: Some(RoshLevel::High),
        missing: None,
        recommendation: Recommendation::Probation,
        assumes_pom_responsible: true,
        policy: PolicyVersion::RoshBased,
        override_form: OverrideForm {
            reasons: vec![OverrideReason::Continuity],
            ..OverrideForm::default()
        },
        note: None,
        at: hour(0),
    }
}

pub(super) fn allocate(request: AllocatePrimary) -> AllocationCommand {
    AllocationCommand::AllocatePrimary(Box::new(request))
}

/// What the request leads to.
pub(super) fn choice(number: i64) -> PrimaryAllocation {
    let request = request(number);
    let position = pom(number).position;
    PrimaryAllocation {
        prison: request.prison,
        pom: pom(number),
        allocated_at: request.at,
        tier: Tier::A,
        rosh: request.rosh,
        recommendation: request.recommendation,
        assumes_pom_responsible: Some(request.assumes_pom_responsible),
        policy: request.policy,
        overridden: request
            .recommendation
            .is_overridden_by(position)
            .then(|| request.override_form.accept().unwrap()),
        note: None,
    }
}

pub(super) fn allocated(number: i64) -> AllocationEvent {
    AllocationEvent::PrimaryPomAllocated(choice(number))
}

pub(super) fn joined(number: i64) -> AllocationEvent {
    AllocationEvent::CoworkingPomAllocated {
        pom: pom(number),
        allocated_at: hour(0),
        note: None,
    }
}

pub(super) fn primary_removed(number: i64, reason: RemovalReason) -> AllocationEvent {
    AllocationEvent::PrimaryPomDeallocated {
        staff_id: staff(number),
        prison: Some(leeds()),
        reason,
        note: None,
    }
}

/// The end of a term at Moorland, which becomes known by the next one at Leeds.
pub(super) fn moved_from_moorland(number: i64) -> AllocationEvent {
    AllocationEvent::PrimaryPomDeallocated {
        staff_id: staff(number),
        prison: Some(moorland()),
        reason: RemovalReason::Transferred,
        note: None,
    }
}

/// The same of a co-working POM.
pub(super) fn coworker_moved_from_moorland(number: i64) -> AllocationEvent {
    AllocationEvent::CoworkingPomDeallocated {
        staff_id: staff(number),
        prison: Some(moorland()),
        reason: RemovalReason::Transferred,
        note: None,
    }
}

pub(super) fn coworker_removed(number: i64, reason: RemovalReason) -> AllocationEvent {
    AllocationEvent::CoworkingPomDeallocated {
        staff_id: staff(number),
        prison: Some(leeds()),
        reason,
        note: None,
    }
}

/// Bob has the case, and Ann works with him.
pub(super) fn both() -> Vec<AllocationEvent> {
    vec![allocated(BOB), joined(ANN)]
}

/// Only Ann is left: the case needs a primary POM.
pub(super) fn coworker_alone() -> Vec<AllocationEvent> {
    vec![
        allocated(BOB),
        joined(ANN),
        primary_removed(BOB, RemovalReason::PomInactive),
    ]
}

/// Bob had the case once.
pub(super) fn ended() -> Vec<AllocationEvent> {
    vec![allocated(BOB), primary_removed(BOB, RemovalReason::Manual)]
}

/// After these events.
pub(super) fn given(events: Vec<AllocationEvent>) -> AggregateTestExecutor<Allocation> {
    TestFramework::<Allocation>::with(()).given(events)
}

/// What is so after these events.
pub(super) fn after(events: &[AllocationEvent]) -> Allocation {
    let mut allocation = Allocation::default();
    for event in events {
        allocation.apply(event);
    }
    allocation
}

/// Asks, and tells what happened and which POMs the case has then.
pub(super) fn when(
    past: Vec<AllocationEvent>,
    command: AllocationCommand,
) -> (Vec<AllocationEvent>, AllocationState) {
    let happened = after(&past).decide(command).unwrap();
    let state = after(&[past, happened.clone()].concat()).state();
    (happened, state)
}
