//! What holds after any sequence of commands.

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::fixtures::{ANN, BOB, CAT, allocate, candidate, hour, leeds, moorland, request, staff};
use crate::allocation::{
    AllocatePrimary, Allocation, AllocationCommand, AllocationEvent, AllocationState, PomTerm, PomTerms,
    RemovalReason,
};

fn anyone() -> impl Strategy<Value = i64> {
    prop_oneof![Just(ANN), Just(BOB), Just(CAT)]
}

fn command() -> impl Strategy<Value = AllocationCommand> {
    let somewhere = prop_oneof![3 => Just(leeds()), 1 => Just(moorland())];
    prop_oneof![
        5 => (anyone(), somewhere, 0..48_i64).prop_map(|(who, prison, at)| allocate(AllocatePrimary {
            prison,
            prisoner_at: Some(prison),
            note: Some("read the file".to_owned().into()),
            at: hour(at),
            ..request(who)
        })),
        4 => (anyone(), 0..48_i64).prop_map(|(who, at)| AllocationCommand::AllocateCoworking {
            candidate: Some(candidate(who)),
            note: None,
            at: hour(at),
        }),
        2 => Just(AllocationCommand::DeallocateCoworking { reason: RemovalReason::User, note: None }),
        1 => Just(AllocationCommand::DeallocateManually { note: None }),
        1 => (0..48_i64).prop_map(|at| AllocationCommand::EndByRelease { left_at: hour(at) }),
        1 => (0..48_i64).prop_map(|at| AllocationCommand::EndByTransfer { to_prison: None, left_at: hour(at) }),
        1 => Just(AllocationCommand::EndByLegalStatus),
        2 => anyone().prop_map(|who| AllocationCommand::RemoveInactivePom {
            staff_id: staff(who),
            prison: leeds(),
        }),
    ]
}

/// The state before each command, the command, and what it led to.
type Played = Vec<(Allocation, AllocationCommand, Vec<AllocationEvent>)>;

fn play(commands: Vec<AllocationCommand>) -> Played {
    let mut state = Allocation::default();
    commands
        .into_iter()
        .map(|command| {
            let before = state.clone();
            let events = state.decide(command.clone()).unwrap_or_default();
            for event in &events {
                state.apply(event);
            }
            (before, command, events)
        })
        .collect()
}

fn fold<'e>(mut state: Allocation, events: impl IntoIterator<Item = &'e AllocationEvent>) -> Allocation {
    for event in events {
        state.apply(event);
    }
    state
}

proptest! {
    #[test]
    fn the_primary_pom_is_never_the_coworking_pom(commands in prop::collection::vec(command(), 0..24)) {
        for (before, _, events) in play(commands) {
            let now = fold(before, &events);
            prop_assert!(now.primary.is_none() || now.primary_id() != now.coworking_id());
            prop_assert!(now.state() == AllocationState::None || now.prison.is_some());
            prop_assert_eq!(now.primary.is_some(), now.recommendation.is_some());
        }
    }

    #[test]
    fn only_those_who_are_there_are_removed(commands in prop::collection::vec(command(), 0..24)) {
        for (mut now, _, events) in play(commands) {
            for event in &events {
                match event {
                    AllocationEvent::PrimaryPomDeallocated { staff_id, .. } => {
                        prop_assert_eq!(now.primary_id(), Some(*staff_id));
                    }
                    AllocationEvent::CoworkingPomDeallocated { staff_id, .. } => {
                        prop_assert_eq!(now.coworking_id(), Some(*staff_id));
                    }
                    AllocationEvent::CoworkingPomReplaced { previous, pom, .. } => {
                        prop_assert_eq!(now.coworking_id(), Some(*previous));
                        prop_assert_ne!(pom.staff_id, *previous);
                    }
                    AllocationEvent::PrimaryPomReallocated { previous, to } => {
                        prop_assert_eq!(now.primary_id(), Some(*previous));
                        prop_assert_ne!(to.pom.staff_id, *previous);
                    }
                    AllocationEvent::AllocationEndedByRelease(ended)
                    | AllocationEvent::AllocationEndedByTransfer { ended, .. } => {
                        prop_assert_eq!(ended.primary, now.primary_id());
                        prop_assert_eq!(ended.coworking, now.coworking_id());
                        prop_assert!(ended.primary.is_some() || ended.coworking.is_some());
                    }
                    AllocationEvent::PrimaryPomAllocated(_) => prop_assert!(now.primary.is_none()),
                    AllocationEvent::CoworkingPomAllocated { .. } => {
                        prop_assert!(now.coworking.is_none() && now.primary.is_some());
                    }
                }
                now.apply(event);
            }
        }
    }

    #[test]
    fn terms_never_end_before_they_begin_and_never_overlap(
        commands in prop::collection::vec((command(), 0..48_i64), 0..24),
    ) {
        let (commands, told): (Vec<_>, Vec<_>) = commands.into_iter().unzip();
        let mut terms = PomTerms::default();
        for ((_, _, events), at) in play(commands).iter().zip(told) {
            for event in events {
                terms.apply(event, hour(at));
            }
            let end = |term: &PomTerm| term.until.unwrap_or(DateTime::<Utc>::MAX_UTC);
            for (term, following) in terms.0.iter().zip(1..) {
                prop_assert!(term.from <= end(term));
                for later in terms.0.iter().skip(following) {
                    prop_assert!(term.from.max(later.from) >= end(term).min(end(later)));
                }
            }
        }
    }

    #[test]
    fn asking_twice_changes_nothing_more(commands in prop::collection::vec(command(), 1..24)) {
        for (before, command, events) in play(commands) {
            let now = fold(before, &events);
            // Refused or silent: either way nothing is recorded a second time.
            prop_assert_eq!(now.decide(command).unwrap_or_default(), vec![]);
        }
    }

    #[test]
    fn what_the_log_gives_back_folds_to_the_same_state(commands in prop::collection::vec(command(), 0..24)) {
        let events: Vec<_> = play(commands).into_iter().flat_map(|(_, _, events)| events).collect();
        let stored: Vec<_> = events.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
        let read: Vec<AllocationEvent> = stored.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        prop_assert_eq!(&read, &events);

        let state = fold(Allocation::default(), &read);
        prop_assert_eq!(&state, &fold(Allocation::default(), &events));
        let snapshot = serde_json::to_string(&state).unwrap();
        prop_assert_eq!(serde_json::from_str::<Allocation>(&snapshot).unwrap(), state);
    }
}
