//! The past is the same fold: as of the head it is what the rows say, and as of earlier it is what they said.

use domain::{allocation::AllocationState, policy::PolicyVersion};
use futures::{StreamExt, TryStreamExt};
use projections::{AsOf, ChangeFilter, Contract, DomainEvent, EventFilter};

use crate::support::{
    TIMEOUT, World, append,
    events::{
        allocated, allocation, day, ended, facts, informed, joined, noon, observed, onboarded,
        primary_removed, prison, reallocated, staff,
    },
    histories::History,
    noms,
};

const PRISONERS: usize = 8;

#[tokio::test]
async fn as_of_any_position_equals_what_the_rows_were_then() {
    let world = World::new().await;
    let _runner = world.project();
    let today = day("2026-07-01");
    for seed in 20..26 {
        let mut seen = Vec::new();
        let mut history = History::new(seed, PRISONERS);
        for _ in 0..5 {
            let position = world.see(history.by_ref().take(8)).await;
            for number in 0..PRISONERS {
                let noms = noms(number);
                let case = world.models.case(noms, today).await.unwrap();
                seen.push((position, noms, world.models.allocation(noms).await.unwrap(), case));
            }
        }
        for (position, noms, allocation, case) in seen {
            let then = AsOf::Position(position);
            assert_eq!(
                world.models.allocation_as_of(noms, then).await.unwrap(),
                allocation,
                "seed {seed}"
            );
            assert_eq!(
                world.models.case_as_of(noms, then, today).await.unwrap(),
                case,
                "seed {seed}"
            );
        }
    }
}

/// Staff id, prison, from, until.
type Term = (i64, &'static str, &'static str, Option<&'static str>);

#[tokio::test]
async fn terms_follow_the_case_through_reallocation_release_and_return() {
    let world = World::new().await;
    let _runner = world.project();
    let case = noms(1);
    let release = domain::allocation::AllocationEvent::AllocationEndedByRelease(ended(
        Some(102),
        Some(103),
        "LEI",
        noon("2026-03-01"),
    ));
    world
        .see([
            allocated(case, "LEI", 101, noon("2026-01-01")),
            reallocated(case, "LEI", 102, 101, noon("2026-02-01")),
            joined(case, 103, noon("2026-02-02")),
            allocation(case, noon("2026-03-02"), &[release]),
        ])
        .await;
    let released = world.models.allocation(case).await.unwrap().unwrap();
    assert_eq!(released.allocation.state(), AllocationState::Ended);
    assert_eq!((released.version, released.announced), (4, 3));

    world.see([allocated(case, "MDI", 101, noon("2026-04-01"))]).await;
    let view = world.models.allocation(case).await.unwrap().unwrap();
    let terms: Vec<Term> = vec![
        (101, "LEI", "2026-01-01", Some("2026-02-01")),
        (102, "LEI", "2026-02-01", Some("2026-03-01")),
        (101, "MDI", "2026-04-01", None),
    ];
    let told = (case, view.position);
    let at_first = (case, event_store::Position::new(view.position.get() - 4));
    let found = world.models.pom_terms(&[told, at_first]).await.unwrap();
    let first: Vec<_> = found[&at_first]
        .0
        .iter()
        .map(|term| (term.pom.staff_id, term.until))
        .collect();
    assert_eq!(first, [(staff(101), None)], "as it was told then");
    let found = found[&told]
        .0
        .iter()
        .map(|term| (term.pom.staff_id, term.prison, term.from, term.until));
    let expected = terms
        .iter()
        .map(|(id, code, from, until)| (staff(*id), prison(code), noon(from), until.map(noon)));
    assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[tokio::test]
async fn the_contract_is_counted_by_announced_changes() {
    let world = World::new().await;
    let _runner = world.project();
    let case = noms(1);
    assert_eq!(
        world.models.contract(case).await.unwrap(),
        Contract::NeverAllocated
    );
    let transfer = domain::allocation::AllocationEvent::AllocationEndedByTransfer {
        ended: ended(Some(101), None, "LEI", noon("2026-02-01")),
        to_prison: None,
    };
    let arrival = domain::allocation::AllocationEvent::PrimaryPomAllocated(crate::support::events::choice(
        "MDI",
        102,
        noon("2026-02-01"),
    ));
    let last = world
        .see([
            onboarded("MDI", 102, domain::PomPosition::Prison),
            allocated(case, "LEI", 101, noon("2026-01-01")),
            joined(case, 105, noon("2026-01-02")),
            // Two changes by one command are one message.
            allocation(case, noon("2026-02-01"), &[transfer, arrival]),
            joined(case, 103, noon("2026-02-02")),
            primary_removed(case, 102, noon("2026-03-01")),
        ])
        .await;
    assert_eq!(
        world.models.contract(case).await.unwrap(),
        Contract::NotAllocated {
            version: 3,
            position: last
        }
    );
    let primary = |contract: Contract| match contract {
        Contract::Allocated(allocated) => (
            allocated.version,
            allocated.primary.assignment.pom.staff_id,
            allocated.coworking.is_some(),
        ),
        other => panic!("{other:?}"),
    };
    let at = |version| world.models.contract_at(case, version);
    assert_eq!(primary(at(1).await.unwrap()), (1, staff(101), false));
    assert_eq!(primary(at(2).await.unwrap()), (2, staff(102), false));
    assert!(matches!(
        at(3).await.unwrap(),
        Contract::NotAllocated { version: 3, .. }
    ));
    assert_eq!(at(4).await.unwrap(), Contract::NeverAllocated);
    assert_eq!(at(0).await.unwrap(), Contract::NeverAllocated);

    world.see([allocated(case, "MDI", 102, noon("2026-04-01"))]).await;
    match world.models.contract(case).await.unwrap() {
        Contract::Allocated(now) => {
            assert_eq!(now.primary.assignment.pom.forename, "FORENAME102");
            assert_eq!(now.primary.current.unwrap().forename, "Forename102");
            assert_eq!((now.version, now.prison), (4, prison("MDI")));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_lagging_model_never_answers_that_there_is_no_allocation() {
    let world = World::new().await;
    let case = noms(1);
    world
        .record([allocated(case, "LEI", 101, noon("2026-01-01"))])
        .await;
    let answer = world.models.contract(case).await;
    assert!(
        matches!(answer, Err(projections::ReadModelError::NotYetProjected { .. })),
        "{answer:?}"
    );
    let _runner = world.project();
    world.caught_up().await;
    assert!(matches!(
        world.models.contract(case).await.unwrap(),
        Contract::Allocated(_)
    ));
}

#[tokio::test]
async fn a_subscriber_sees_every_change_once_in_order_and_only_when_it_is_readable() {
    let world = World::new().await;
    let mut history = History::new(31, PRISONERS);
    world.record(history.by_ref().take(300)).await;
    let _runner = world.project();
    let filter = ChangeFilter::default();
    let mut live = Box::pin(
        world
            .models
            .allocation_changes(filter, Some(event_store::Position::START)),
    );
    let mut changes = Vec::new();
    for round in 0..3 {
        let last = world.record(history.by_ref().take(30)).await;
        world
            .record([allocated(noms(0), "LEI", 101, noon("2026-01-01"))])
            .await;
        while changes
            .last()
            .is_none_or(|change: &projections::AllocationChange| change.position <= last)
        {
            let change = tokio::time::timeout(TIMEOUT, live.next())
                .await
                .unwrap()
                .unwrap()
                .unwrap();
            assert!(world.models.position() >= change.position, "round {round}");
            changes.push(change);
        }
    }
    let everything = world
        .models
        .events(&EventFilter::default(), event_store::Position::START, 1000)
        .await
        .unwrap();
    let expected: Vec<_> = everything
        .events
        .iter()
        .filter(|e| e.stream.category() == "allocation")
        .collect();
    assert_eq!(
        changes.iter().map(|change| change.position).collect::<Vec<_>>(),
        expected.iter().map(|event| event.position).collect::<Vec<_>>()
    );

    // Cut off and resumed: nothing is skipped, nothing comes twice.
    let middle = changes[changes.len() / 2].position;
    let filter = ChangeFilter {
        prison: Some(prison("LEI")),
        noms: None,
    };
    let rest = changes
        .iter()
        .filter(|change| change.position > middle && change.prison == filter.prison)
        .count();
    let resumed = world.models.allocation_changes(filter, Some(middle)).take(rest);
    let resumed: Vec<_> = resumed.try_collect().await.unwrap();
    assert!(resumed.iter().all(|change| changes.contains(change)));
    assert_eq!(resumed.len(), rest);
}

#[tokio::test]
async fn a_timeline_is_paged_newest_first_and_auditors_filter_the_log() {
    let world = World::new().await;
    let (case, other) = (noms(1), noms(2));
    world
        .record([
            observed(case, facts("LEI", "John", "Doe")),
            informed(case, Some(domain::Tier::A), None),
            observed(other, facts("LEI", "Jane", "Roe")),
            allocated(case, "LEI", 101, noon("2026-01-01")),
        ])
        .await;
    let first = world.models.timeline(case, 2, None, None).await.unwrap();
    let names = |page: &projections::TimelinePage| {
        page.items
            .iter()
            .map(|i| i.event_type.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&first), ["PrimaryPomAllocated", "CaseInformationRecorded"]);
    assert!(first.has_next && first.total == 3);
    assert!(matches!(&first.items[0].event, DomainEvent::Allocation(_)));
    let second = world
        .models
        .timeline(case, 2, Some(first.items[1].position), None)
        .await
        .unwrap();
    assert_eq!(names(&second), ["PrisonerObserved"]);
    assert!(!second.has_next);

    let start = event_store::Position::START;
    let only = EventFilter {
        event_types: vec!["PrisonerObserved".to_owned()],
        ..EventFilter::default()
    };
    let page = world.models.events(&only, start, 1).await.unwrap();
    assert_eq!((page.events.len(), page.has_next), (1, true));
    let page = world.models.events(&only, page.next, 5).await.unwrap();
    assert_eq!(page.events[0].stream.key(), other.as_str());
    assert!(!page.has_next);
    let theirs = EventFilter {
        noms: Some(other),
        ..EventFilter::default()
    };
    assert_eq!(
        world
            .models
            .events(&theirs, start, 10)
            .await
            .unwrap()
            .events
            .len(),
        1
    );
}

#[tokio::test]
async fn a_rare_event_is_found_by_going_on_however_far_it_is() {
    let log = event_store::MemoryLog::new();
    let rare = onboarded("LEI", 101, domain::PomPosition::Prison);
    for n in 0..2500 {
        append(&log, informed(noms(n % 7), Some(domain::Tier::A), None)).await;
    }
    let last = append(&log, rare).await;
    let nowhere = sqlx::PgPool::connect_lazy("postgres://127.0.0.1:1/none").unwrap();
    let models = projections::ReadModels::new(nowhere, std::sync::Arc::new(log), PolicyVersion::RoshBased);
    let filter = EventFilter {
        categories: vec!["pom".to_owned()],
        ..EventFilter::default()
    };
    let page = models
        .events(&filter, event_store::Position::START, 5)
        .await
        .unwrap();
    assert_eq!((page.events.len(), page.next, page.has_next), (1, last, false));

    let everything = EventFilter::default();
    let (mut next, mut seen) = (event_store::Position::START, 0);
    loop {
        let page = models.events(&everything, next, 1000).await.unwrap();
        seen += page.events.len();
        next = page.next;
        if !page.has_next {
            break;
        }
    }
    assert_eq!((seen, next), (2501, last));
}
