//! Who had the case, from when until when.

use super::fixtures::{ANN, BOB, allocated, choice, hour, joined, leeds, primary_removed, staff};
use crate::allocation::{AllocationEvent, Ended, PomTerms, PrimaryAllocation, RemovalReason};

fn terms_of(events: &[(AllocationEvent, i64)]) -> Vec<(i64, i64, Option<i64>)> {
    let mut terms = PomTerms::default();
    for (event, at) in events {
        terms.apply(event, hour(*at));
    }
    let hours = |at: chrono::DateTime<chrono::Utc>| at.signed_duration_since(hour(0)).num_hours();
    terms
        .0
        .iter()
        .map(|term| (term.pom.staff_id.into(), hours(term.from), term.until.map(hours)))
        .collect()
}

fn chosen(number: i64, at: i64) -> PrimaryAllocation {
    PrimaryAllocation {
        allocated_at: hour(at),
        ..choice(number)
    }
}

fn reallocated(number: i64, at: i64) -> AllocationEvent {
    AllocationEvent::PrimaryPomReallocated {
        to: chosen(number, at),
        previous: staff(BOB),
    }
}

#[test]
fn a_term_lasts_until_the_next_begins_or_the_pom_goes() {
    let story = [
        (allocated(BOB), 0),
        (joined(ANN), 1),
        (reallocated(ANN, 2), 2),
        (primary_removed(ANN, RemovalReason::Manual), 5),
    ];

    assert_eq!(terms_of(&story[..2]), [(BOB, 0, None)]);
    assert_eq!(terms_of(&story), [(BOB, 0, Some(2)), (ANN, 2, Some(5))]);
}

#[test]
fn a_term_ends_when_the_prisoner_left_not_when_it_became_known() {
    let left = Ended {
        primary: Some(staff(BOB)),
        coworking: None,
        from_prison: leeds(),
        left_at: hour(3),
    };
    let story = [
        (allocated(BOB), 0),
        (AllocationEvent::AllocationEndedByRelease(left), 9),
    ];

    assert_eq!(terms_of(&story), [(BOB, 0, Some(3))]);
}

#[test]
fn news_of_leaving_ends_every_term_that_went_on_after_it() {
    let left = Ended {
        primary: Some(staff(ANN)),
        coworking: None,
        from_prison: leeds(),
        left_at: hour(1),
    };
    let story = [
        (allocated(BOB), 0),
        (reallocated(ANN, 2), 2),
        (AllocationEvent::AllocationEndedByRelease(left), 9),
        (AllocationEvent::PrimaryPomAllocated(chosen(BOB, 12)), 12),
    ];

    assert_eq!(
        terms_of(&story),
        [(BOB, 0, Some(1)), (ANN, 2, Some(2)), (BOB, 12, None)]
    );
}
