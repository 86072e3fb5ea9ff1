//! Allocating and reallocating the primary POM.

use super::fixtures::{
    ANN, BOB, CAT, after, allocate, allocated, both, candidate, choice, coworker_alone,
    coworker_moved_from_moorland, ended, given, hour, joined, leeds, moorland, moved_from_moorland, request,
    staff, when,
};
use crate::{
    PomStatus, Tier,
    allocation::{
        AllocatePrimary, AllocationCommand, AllocationEvent, AllocationEventKind, AllocationRefusal,
        AllocationState, AllocationTrigger, Candidate, PomObstacle, PrimaryAllocation, PrimaryChange,
    },
    case::MissingInformation,
    policy::{OverrideForm, OverrideReason, OverrideRefusal, PolicyVersion, Recommendation},
};

#[test]
fn a_first_allocation_records_the_facts_under_which_it_was_made() {
    let note = Some("call me".to_owned().into());
    given(vec![])
        .when(allocate(AllocatePrimary {
            note: note.clone(),
            ..request(BOB)
        }))
        .then_expect_events(vec![AllocationEvent::PrimaryPomAllocated(PrimaryAllocation {
            note,
            ..choice(BOB)
        })]);

    let now = after(&[allocated(BOB)]);
    assert_eq!(now.state(), AllocationState::Primary);
    assert_eq!(now.prison, Some(leeds()));
    assert_eq!(now.allocated_at_tier, Some(Tier::A));
    assert_eq!(now.recommendation, Some(Recommendation::Probation));
    assert_eq!(now.overridden, None);
    assert_eq!(
        now.last,
        Some((AllocationEventKind::AllocatePrimaryPom, AllocationTrigger::User))
    );
}

#[test]
fn one_message_tells_of_the_new_primary_pom() {
    let told = PrimaryChange::of(&after(&[]), &[allocated(BOB)]).unwrap();

    assert_eq!((told.primary, told.previous), (Some(staff(BOB)), None));
    assert_eq!((told.prison, told.trigger), (leeds(), AllocationTrigger::User));
}

#[test]
fn a_case_with_a_primary_pom_here_is_reallocated() {
    let (happened, state) = when(vec![allocated(BOB)], allocate(request(ANN)));

    assert_eq!(
        happened,
        [AllocationEvent::PrimaryPomReallocated {
            to: choice(ANN),
            previous: staff(BOB)
        }]
    );
    assert_eq!(state, AllocationState::Primary);
    assert_eq!(
        choice(ANN).overridden.map(|overridden| overridden.reasons),
        Some(vec![OverrideReason::Continuity])
    );
}

#[test]
fn reallocating_keeps_the_coworking_pom() {
    let (_, state) = when(both(), allocate(request(CAT)));

    assert_eq!(state, AllocationState::PrimaryAndCoworking);
}

#[test]
fn a_case_that_ended_is_allocated_anew() {
    let (happened, state) = when(ended(), allocate(request(BOB)));

    assert_eq!(
        (happened, state),
        (vec![allocated(BOB)], AllocationState::Primary)
    );
}

#[test]
fn a_case_with_only_a_coworking_pom_is_allocated_and_keeps_them() {
    let (happened, state) = when(coworker_alone(), allocate(request(BOB)));

    assert_eq!(
        (happened, state),
        (vec![allocated(BOB)], AllocationState::PrimaryAndCoworking)
    );
}

#[test]
fn the_present_primary_pom_is_not_on_the_list() {
    given(vec![allocated(BOB)])
        .when(allocate(request(BOB)))
        .then_expect_error_message("Choose a POM from the available list to allocate this case.");
}

#[test]
fn whoever_is_on_the_case_already_is_not_on_the_list() {
    for (past, number, obstacle) in [
        (vec![allocated(BOB)], BOB, PomObstacle::HasTheCase),
        (both(), ANN, PomObstacle::SupportsTheCase),
        (coworker_alone(), ANN, PomObstacle::SupportsTheCase),
    ] {
        given(past)
            .when(allocate(request(number)))
            .then_expect_error(AllocationRefusal::PomNotAvailable(obstacle));
    }
}

#[test]
fn only_active_poms_of_the_prison_take_cases() {
    let of = |status| {
        Some(Candidate {
            status,
            ..candidate(CAT)
        })
    };
    for (candidate, obstacle) in [
        (of(PomStatus::Unavailable), PomObstacle::Unavailable),
        (of(PomStatus::Inactive), PomObstacle::Inactive),
        (of(PomStatus::Deleted), PomObstacle::Removed),
        (None, PomObstacle::UnknownHere),
    ] {
        given(vec![])
            .when(allocate(AllocatePrimary {
                candidate,
                ..request(CAT)
            }))
            .then_expect_error(AllocationRefusal::PomNotAvailable(obstacle));
    }
}

#[test]
fn a_case_without_tier_cannot_be_allocated() {
    given(vec![])
        .when(allocate(AllocatePrimary {
            tier: None,
            ..request(BOB)
        }))
        .then_expect_error(AllocationRefusal::InformationMissing(MissingInformation::Tier));
}

#[test]
fn a_first_allocation_needs_complete_information_and_a_reallocation_does_not() {
    let incomplete = || {
        allocate(AllocatePrimary {
            missing: Some(MissingInformation::Rosh),
            ..request(CAT)
        })
    };

    given(vec![])
        .when(incomplete())
        .then_expect_error(AllocationRefusal::InformationMissing(MissingInformation::Rosh));
    given(ended())
        .when(incomplete())
        .then_expect_error(AllocationRefusal::InformationMissing(MissingInformation::Rosh));
    assert!(
        given(vec![allocated(BOB)])
            .when(incomplete())
            .inspect_result()
            .is_ok()
    );
}

#[test]
fn departing_from_the_recommendation_needs_a_reason() {
    let silent = AllocatePrimary {
        override_form: OverrideForm::default(),
        ..request(ANN)
    };

    given(vec![])
        .when(allocate(silent))
        .then_expect_error_message("Select at least one reason");
}

#[test]
fn following_the_recommendation_ignores_reasons() {
    let talkative = AllocatePrimary { ..request(BOB) };
    assert!(!talkative.override_form.reasons.is_empty());

    given(vec![])
        .when(allocate(talkative))
        .then_expect_events(vec![allocated(BOB)]);
}

#[test]
fn without_a_recommendation_any_choice_needs_a_reason_and_none_is_recorded_as_recommended() {
    for number in [ANN, BOB] {
        let open = AllocatePrimary {
            recommendation: Recommendation::None,
            ..request(number)
        };
        given(vec![])
            .when(allocate(AllocatePrimary {
                override_form: OverrideForm::default(),
                ..open.clone()
            }))
            .then_expect_error(AllocationRefusal::Override(OverrideRefusal::NoReason));

        let happened = given(vec![]).when(allocate(open)).inspect_result().unwrap();
        assert_eq!(after(&happened).recommendation.unwrap().position(), None);
    }
}

#[test]
fn the_first_policy_does_not_record_the_risk_level() {
    let happened = given(vec![])
        .when(allocate(AllocatePrimary {
            policy: PolicyVersion::TierBased,
            ..request(BOB)
        }))
        .inspect_result()
        .unwrap();

    assert_eq!(after(&happened).allocated_at_rosh, None);
}

#[test]
fn a_term_at_another_prison_ends_before_the_new_one_begins() {
    let at_moorland = AllocationEvent::PrimaryPomAllocated(PrimaryAllocation {
        prison: moorland(),
        ..choice(CAT)
    });
    let past = vec![at_moorland, joined(ANN)];
    let (happened, state) = when(past.clone(), allocate(request(BOB)));

    assert_eq!(
        happened,
        [
            moved_from_moorland(CAT),
            coworker_moved_from_moorland(ANN),
            allocated(BOB)
        ]
    );
    assert_eq!(happened[0].trigger(), AllocationTrigger::OffenderTransferred);
    assert_eq!(state, AllocationState::Primary);

    let told = PrimaryChange::of(&after(&past), &happened).unwrap();
    assert_eq!(
        (told.previous, told.primary, told.event),
        (Some(staff(CAT)), Some(staff(BOB)), 2)
    );
    assert_eq!((told.prison, told.trigger), (leeds(), AllocationTrigger::User));
}

#[test]
fn a_pom_of_two_prisons_who_moves_with_the_prisoner_is_told_of_as_the_same_person() {
    let at_moorland = AllocationEvent::PrimaryPomAllocated(PrimaryAllocation {
        prison: moorland(),
        ..choice(BOB)
    });
    let (happened, _) = when(vec![at_moorland.clone()], allocate(request(BOB)));

    assert_eq!(happened, [moved_from_moorland(BOB), allocated(BOB)]);
    let told = PrimaryChange::of(&after(&[at_moorland]), &happened).unwrap();
    assert!(!told.is_another_person());
    assert_eq!(told.prison, leeds());
}

#[test]
fn nobody_of_the_old_prison_stays_on_the_case_whichever_news_comes_first() {
    let past = |primary_left: bool| {
        let at_moorland = AllocationEvent::PrimaryPomAllocated(PrimaryAllocation {
            prison: moorland(),
            ..choice(CAT)
        });
        let mut past = vec![at_moorland, joined(ANN)];
        past.extend(primary_left.then(|| moved_from_moorland(CAT)));
        past
    };
    let move_known = AllocationCommand::EndByTransfer {
        to_prison: Some(leeds()),
        left_at: hour(0),
    };
    for primary_left in [false, true] {
        // Ann works at both prisons: she may take the case here, as she could once the move is known.
        for chosen in [BOB, ANN] {
            let (_, quicker) = when(past(primary_left), allocate(request(chosen)));
            let (moved, _) = when(past(primary_left), move_known.clone());
            let known = [past(primary_left), moved].concat();
            let (_, later) = when(known, allocate(request(chosen)));
            assert_eq!(
                (quicker, later),
                (AllocationState::Primary, AllocationState::Primary)
            );
        }
    }
}

#[test]
fn a_prisoner_elsewhere_is_not_allocated_here() {
    for prisoner_at in [None, Some(moorland())] {
        given(vec![])
            .when(allocate(AllocatePrimary {
                prisoner_at,
                ..request(BOB)
            }))
            .then_expect_error(AllocationRefusal::PrisonerNotAtPrison);
    }
}

#[test]
fn someone_outside_policy_is_not_allocated() {
    given(vec![])
        .when(allocate(AllocatePrimary {
            inside_policy: false,
            ..request(BOB)
        }))
        .then_expect_error(AllocationRefusal::OutsideOmicPolicy);
}

#[test]
fn a_prisoner_never_has_two_active_primary_poms() {
    let mut past = vec![allocated(BOB)];
    for (number, at) in [(ANN, 1), (CAT, 2), (BOB, 3)] {
        let request = AllocatePrimary {
            at: hour(at),
            ..request(number)
        };
        past.extend(
            given(past.clone())
                .when(allocate(request))
                .inspect_result()
                .unwrap(),
        );
        assert_eq!(after(&past).primary_id(), Some(staff(number)));
    }
    assert_eq!(past.len(), 4);
}
