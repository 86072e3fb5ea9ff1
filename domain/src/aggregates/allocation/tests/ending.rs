//! Release, transfer, legal status, POMs who stop, and administrators.

use super::fixtures::{
    ANN, BOB, CAT, after, allocate, allocated, both, coworker_alone, coworker_removed, ended, given, hour,
    joined, leeds, moorland, primary_removed, request, staff, when,
};
use crate::{
    StaffId,
    allocation::{
        AllocatePrimary, AllocationCommand, AllocationEvent, AllocationEventKind, AllocationRefusal,
        AllocationState, AllocationTrigger, Ended, PrimaryChange, RemovalReason,
    },
};

fn release() -> AllocationCommand {
    AllocationCommand::EndByRelease { left_at: hour(1) }
}

fn transfer() -> AllocationCommand {
    AllocationCommand::EndByTransfer {
        to_prison: Some(moorland()),
        left_at: hour(1),
    }
}

fn inactive(number: i64) -> AllocationCommand {
    AllocationCommand::RemoveInactivePom {
        staff_id: staff(number),
        prison: leeds(),
    }
}

fn whoever_left(primary: Option<i64>, coworking: Option<i64>) -> Ended {
    let id = |number: Option<i64>| -> Option<StaffId> { number.map(staff) };
    Ended {
        primary: id(primary),
        coworking: id(coworking),
        from_prison: leeds(),
        left_at: hour(1),
    }
}

/// Everyone who can have the case, and who of them goes when the stay ends.
fn stays() -> [(Vec<AllocationEvent>, Ended); 3] {
    [
        (vec![allocated(BOB)], whoever_left(Some(BOB), None)),
        (both(), whoever_left(Some(BOB), Some(ANN))),
        (coworker_alone(), whoever_left(None, Some(ANN))),
    ]
}

#[test]
fn a_release_takes_everybody_off_the_case_even_a_coworking_pom_left_alone() {
    for (past, left) in stays() {
        let (happened, state) = when(past.clone(), release());

        assert_eq!(
            happened,
            [AllocationEvent::AllocationEndedByRelease(left.clone())]
        );
        assert_eq!(state, AllocationState::Ended);
        let now = after(&[past.clone(), happened.clone()].concat());
        assert_eq!((now.prison, now.recommendation), (Some(leeds()), None));
        let last = (
            AllocationEventKind::DeallocateReleasedOffender,
            AllocationTrigger::OffenderReleased,
        );
        assert_eq!(now.last, Some(last));
        let told = PrimaryChange::of(&after(&past), &happened);
        assert_eq!(told.map(|told| told.previous), left.primary.map(Some));
    }
}

#[test]
fn a_transfer_takes_everybody_off_the_case_and_keeps_the_old_prison() {
    for (past, ended) in stays() {
        let (happened, state) = when(past.clone(), transfer());

        assert_eq!(
            happened,
            [AllocationEvent::AllocationEndedByTransfer {
                ended,
                to_prison: Some(moorland())
            }]
        );
        assert_eq!(state, AllocationState::Ended);
        let now = after(&[past, happened].concat());
        assert_eq!(now.prison, Some(leeds()));
        let last = (
            AllocationEventKind::DeallocatePrimaryPom,
            AllocationTrigger::OffenderTransferred,
        );
        assert_eq!(now.last, Some(last));
    }
}

#[test]
fn a_stay_ends_once() {
    let mut past = both();
    past.push(AllocationEvent::AllocationEndedByRelease(whoever_left(
        Some(BOB),
        Some(ANN),
    )));
    for command in [release(), transfer(), AllocationCommand::EndByLegalStatus] {
        given(past.clone())
            .when(command.clone())
            .then_expect_events(vec![]);
        given(vec![]).when(command.clone()).then_expect_events(vec![]);
        given(ended()).when(command).then_expect_events(vec![]);
    }
}

#[test]
fn news_older_than_the_allocation_tells_of_an_earlier_stay() {
    for left_at in [hour(-1), hour(-24)] {
        given(both())
            .when(AllocationCommand::EndByRelease { left_at })
            .then_expect_events(vec![]);
        given(both())
            .when(AllocationCommand::EndByTransfer {
                to_prison: None,
                left_at,
            })
            .then_expect_events(vec![]);
    }
    let same_moment = AllocationCommand::EndByRelease { left_at: hour(0) };
    assert_eq!(when(both(), same_moment).1, AllocationState::Ended);
}

#[test]
fn a_prisoner_who_is_gone_by_now_leaves_nobody_on_the_case_whenever_they_left() {
    let absence = |released| AllocationCommand::EndByAbsence {
        released,
        to_prison: None,
        left_at: hour(-1),
    };
    for (released, kind) in [
        (true, AllocationEventKind::DeallocateReleasedOffender),
        (false, AllocationEventKind::DeallocatePrimaryPom),
    ] {
        for past in [both(), coworker_alone()] {
            let (happened, state) = when(past, absence(released));
            assert_eq!((happened[0].kind(), state), (kind, AllocationState::Ended));
        }
        given(ended()).when(absence(released)).then_expect_events(vec![]);
    }
}

#[test]
fn who_came_to_a_case_after_the_prisoner_left_does_not_hide_the_news() {
    let later = AllocatePrimary {
        at: hour(2),
        ..request(ANN)
    };
    let mut past = vec![allocated(BOB)];
    past.extend(when(past.clone(), allocate(later)).0);
    past.push(joined(BOB));
    let left = AllocationCommand::EndByRelease { left_at: hour(1) };
    assert_eq!(when(past, left).1, AllocationState::Ended);
}

#[test]
fn a_legal_status_out_of_remit_removes_only_those_who_are_there() {
    let primary = primary_removed(BOB, RemovalReason::LegalStatusChanged);
    let coworker = coworker_removed(ANN, RemovalReason::LegalStatusChanged);
    for (past, removed) in [
        (vec![allocated(BOB)], vec![primary.clone()]),
        (both(), vec![primary.clone(), coworker.clone()]),
        (coworker_alone(), vec![coworker]),
    ] {
        let (happened, state) = when(past, AllocationCommand::EndByLegalStatus);
        assert_eq!((happened, state), (removed, AllocationState::Ended));
    }
    assert_eq!(primary.trigger(), AllocationTrigger::LegalStatusChanged);
}

#[test]
fn a_pom_who_becomes_inactive_goes_off_the_case_and_the_other_stays() {
    for (past, who, removed, left) in [
        (
            vec![allocated(BOB)],
            BOB,
            primary_removed(BOB, RemovalReason::PomInactive),
            AllocationState::Ended,
        ),
        (
            both(),
            BOB,
            primary_removed(BOB, RemovalReason::PomInactive),
            AllocationState::CoworkingOnly,
        ),
        (
            both(),
            ANN,
            coworker_removed(ANN, RemovalReason::PomInactive),
            AllocationState::Primary,
        ),
        (
            coworker_alone(),
            ANN,
            coworker_removed(ANN, RemovalReason::PomInactive),
            AllocationState::Ended,
        ),
    ] {
        let (happened, state) = when(past, inactive(who));
        assert_eq!(happened, [removed]);
        assert_eq!(happened[0].trigger(), AllocationTrigger::InactivePom);
        assert_eq!(state, left);
    }
}

#[test]
fn a_pom_who_becomes_inactive_elsewhere_or_has_no_part_in_the_case_changes_nothing() {
    given(both()).when(inactive(CAT)).then_expect_events(vec![]);
    given(both())
        .when(AllocationCommand::RemoveInactivePom {
            staff_id: staff(BOB),
            prison: moorland(),
        })
        .then_expect_events(vec![]);
    given(vec![]).when(inactive(BOB)).then_expect_events(vec![]);
}

#[test]
fn an_administrator_takes_everybody_off_and_one_message_tells_of_it() {
    let note = Some("left the service".to_owned().into());
    let command = AllocationCommand::DeallocateManually { note: note.clone() };
    let (happened, state) = when(both(), command);

    assert_eq!(
        happened,
        [
            AllocationEvent::PrimaryPomDeallocated {
                staff_id: staff(BOB),
                prison: Some(leeds()),
                reason: RemovalReason::Manual,
                note: note.clone()
            },
            AllocationEvent::CoworkingPomDeallocated {
                staff_id: staff(ANN),
                prison: Some(leeds()),
                reason: RemovalReason::Manual,
                note
            },
        ]
    );
    assert_eq!(state, AllocationState::Ended);
    let told = PrimaryChange::of(&after(&both()), &happened).unwrap();
    assert_eq!(
        (told.primary, told.trigger),
        (None, AllocationTrigger::ManualChange)
    );
}

#[test]
fn an_administrator_takes_a_lone_coworking_pom_off_too() {
    let (happened, state) = when(
        coworker_alone(),
        AllocationCommand::DeallocateManually { note: None },
    );

    assert_eq!(happened, [coworker_removed(ANN, RemovalReason::Manual)]);
    assert_eq!(state, AllocationState::Ended);
}

#[test]
fn an_administrator_is_told_when_there_is_nobody() {
    for past in [vec![], ended()] {
        given(past)
            .when(AllocationCommand::DeallocateManually { note: None })
            .then_expect_error(AllocationRefusal::NothingToDeallocate);
    }
}
