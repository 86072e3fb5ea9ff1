//! Adding, replacing and removing the co-working POM.

use super::fixtures::{
    ANN, BOB, CAT, after, allocated, both, candidate, coworker_alone, coworker_removed, ended, given, hour,
    joined, pom, staff, when,
};
use crate::{
    PomStatus,
    allocation::{
        AllocationCommand, AllocationEvent, AllocationEventKind, AllocationRefusal, AllocationState,
        AllocationTrigger, Candidate, PomObstacle, PrimaryChange, RemovalReason,
    },
};

fn add(number: i64) -> AllocationCommand {
    AllocationCommand::AllocateCoworking {
        candidate: Some(candidate(number)),
        note: None,
        at: hour(0),
    }
}

fn remove() -> AllocationCommand {
    AllocationCommand::DeallocateCoworking {
        reason: RemovalReason::User,
        note: None,
    }
}

#[test]
fn a_coworking_pom_joins_the_primary_and_nobody_outside_is_told() {
    let (happened, state) = when(vec![allocated(BOB)], add(ANN));

    assert_eq!(
        (happened, state),
        (vec![joined(ANN)], AllocationState::PrimaryAndCoworking)
    );
    assert_eq!(PrimaryChange::of(&after(&[allocated(BOB)]), &[joined(ANN)]), None);
}

#[test]
fn the_note_to_both_poms_is_recorded() {
    let note = Some("shadow".to_owned().into());
    let command = AllocationCommand::AllocateCoworking {
        candidate: Some(candidate(ANN)),
        note: note.clone(),
        at: hour(0),
    };

    given(vec![allocated(BOB)]).when(command).then_expect_events(vec![
        AllocationEvent::CoworkingPomAllocated {
            pom: pom(ANN),
            allocated_at: hour(0),
            note,
        },
    ]);
}

#[test]
fn the_primary_pom_cannot_work_with_themselves() {
    for past in [vec![allocated(BOB)], both()] {
        given(past)
            .when(add(BOB))
            .then_expect_error_message("Primary POM cannot be the same as co-working POM");
    }
}

#[test]
fn replacing_a_coworking_pom_is_an_event_of_its_own() {
    let (happened, state) = when(both(), add(CAT));

    let replaced = AllocationEvent::CoworkingPomReplaced {
        pom: pom(CAT),
        previous: staff(ANN),
        allocated_at: hour(0),
        note: None,
    };
    assert_eq!(replaced.kind(), AllocationEventKind::ReallocateSecondaryPom);
    assert_eq!(
        (happened, state),
        (vec![replaced], AllocationState::PrimaryAndCoworking)
    );
}

#[test]
fn the_same_coworking_pom_again_changes_nothing() {
    given(both()).when(add(ANN)).then_expect_events(vec![]);
}

#[test]
fn a_case_without_primary_pom_gets_no_coworking_pom() {
    for past in [vec![], ended(), coworker_alone()] {
        given(past)
            .when(add(CAT))
            .then_expect_error(AllocationRefusal::NoPrimaryPom);
    }
}

#[test]
fn only_active_poms_of_the_prison_work_with_others() {
    let away = Candidate {
        status: PomStatus::Unavailable,
        ..candidate(ANN)
    };
    for (candidate, obstacle) in [
        (None, PomObstacle::UnknownHere),
        (Some(away), PomObstacle::Unavailable),
    ] {
        given(vec![allocated(BOB)])
            .when(AllocationCommand::AllocateCoworking {
                candidate,
                note: None,
                at: hour(0),
            })
            .then_expect_error(AllocationRefusal::PomNotAvailable(obstacle));
    }
}

#[test]
fn removing_the_coworking_pom_leaves_the_primary() {
    let (happened, state) = when(both(), remove());

    assert_eq!(happened, [coworker_removed(ANN, RemovalReason::User)]);
    assert_eq!(happened[0].kind(), AllocationEventKind::DeallocateSecondaryPom);
    assert_eq!(happened[0].trigger(), AllocationTrigger::User);
    assert_eq!(state, AllocationState::Primary);
}

#[test]
fn removing_a_coworking_pom_who_was_alone_ends_the_allocation() {
    let (happened, state) = when(coworker_alone(), remove());

    assert_eq!(happened, [coworker_removed(ANN, RemovalReason::User)]);
    assert_eq!(state, AllocationState::Ended);
}

#[test]
fn nobody_is_removed_who_is_not_there() {
    for past in [vec![], vec![allocated(BOB)], ended()] {
        given(past)
            .when(remove())
            .then_expect_error(AllocationRefusal::NothingToDeallocate);
    }
}
