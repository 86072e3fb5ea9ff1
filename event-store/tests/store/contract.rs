//! The contract of a log: the same tests for every implementation.

use std::sync::Arc;

use event_store::{AppendError, Expected, Log, MemoryLog, NewEvent, Outcome, Position};
use futures::future::join_all;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Store, event, everything, put, request, stream, write};

macro_rules! contract {
    ($($rule:ident),+ $(,)?) => {
        mod memory {
            use super::*;
            $(#[tokio::test] async fn $rule() { super::$rule(Arc::new(MemoryLog::new())).await; })+
        }
        mod postgres {
            use super::*;
            $(#[tokio::test] async fn $rule() { super::$rule(Store::fresh().await.shared()).await; })+
        }
    };
}

contract! {
    an_empty_log_has_nothing,
    events_come_back_as_they_were_written,
    positions_are_dense_across_streams,
    an_expected_version_that_is_not_so_is_a_conflict,
    a_write_without_events_states_a_version,
    several_streams_are_written_together_or_not_at_all,
    the_same_command_is_recorded_once,
    a_command_id_belongs_to_one_request,
    a_command_that_changed_nothing_changes_nothing_later,
    what_was_recorded_is_not_unchanged_afterwards,
    of_conflicting_writers_exactly_one_wins,
    fifty_deliveries_at_once_have_one_effect,
    bad_requests_are_refused_and_harm_nobody,
    recorded_times_never_run_backwards,
    streams_are_read_by_name,
}

async fn an_empty_log_has_nothing(log: Arc<dyn Log>) {
    assert_eq!(log.head().await.unwrap(), Position::START);
    assert!(log.read_after(Position::START, 10).await.unwrap().is_empty());
    assert!(log.read_streams(&[stream("A1234BC")]).await.unwrap().is_empty());
    assert!(log.read_streams(&[]).await.unwrap().is_empty());
    assert!(log.receipt(Uuid::now_v7()).await.unwrap().is_none());
}

async fn events_come_back_as_they_were_written(log: Arc<dyn Log>) {
    let a = stream("A1234BC");
    let payload =
        json!({"text": "naïve \"quotes\" \\ \n 😀", "n": -3, "list": [null, true, {"z": 1, "a": 2}]});
    let asked = request(vec![write(
        &a,
        Expected::Version(0),
        [payload.clone(), json!({"second": true})],
    )]);
    let receipt = log.append(asked.clone()).await.unwrap();

    let events = log.read_streams(std::slice::from_ref(&a)).await.unwrap();
    assert_eq!(events, everything(&*log).await);
    assert_eq!(events.len(), 2);
    let first = &events[0];
    assert_eq!(first.decode::<serde_json::Value>().unwrap(), payload);
    assert_eq!(first.decode_metadata().unwrap(), asked.metadata);
    assert_eq!(first.event_id, asked.writes[0].events[0].event_id);
    assert_eq!(
        (first.event_type.as_str(), first.schema_version),
        ("NoteAdded", 1)
    );
    assert_eq!((first.position, first.version), (Position::new(1), 1));
    assert_eq!(first.recorded_at, receipt.recorded_at);
    assert_eq!(
        (receipt.first, receipt.last),
        (Position::new(1), Position::new(2))
    );
    assert_eq!(receipt.versions, [(a, 2)].into());
    assert!(!receipt.replayed);
}

async fn positions_are_dense_across_streams(log: Arc<dyn Log>) {
    for n in 0..25 {
        put(&*log, &stream(n % 4), json!(n)).await;
    }
    let positions: Vec<i64> = everything(&*log)
        .await
        .iter()
        .map(|event| event.position.get())
        .collect();
    assert_eq!(positions, (1..=25).collect::<Vec<_>>());
    let page = log.read_after(Position::new(10), 5).await.unwrap();
    assert_eq!(
        page.iter().map(|e| e.position.get()).collect::<Vec<_>>(),
        [11, 12, 13, 14, 15]
    );
    assert_eq!(log.head().await.unwrap(), Position::new(25));
}

async fn an_expected_version_that_is_not_so_is_a_conflict(log: Arc<dyn Log>) {
    let a = stream("A1234BC");
    put(&*log, &a, json!(1)).await;
    let late = log
        .append(request(vec![write(&a, Expected::Version(0), [json!(2)])]))
        .await
        .unwrap_err();
    assert!(
        matches!(&late, AppendError::Conflict { stream, expected: 0, actual: 1 } if *stream == a),
        "{late}"
    );
    let early = log
        .append(request(vec![write(&a, Expected::Version(5), [json!(2)])]))
        .await
        .unwrap_err();
    assert!(
        matches!(
            early,
            AppendError::Conflict {
                expected: 5,
                actual: 1,
                ..
            }
        ),
        "{early}"
    );
    assert_eq!(log.head().await.unwrap(), Position::new(1));
}

async fn a_write_without_events_states_a_version(log: Arc<dyn Log>) {
    let (a, b) = (stream("A1234BC"), stream("B1234BC"));
    put(&*log, &a, json!(1)).await;
    let resting_on = |version| {
        request(vec![
            write(&a, Expected::Version(version), []),
            write(&b, Expected::Any, [json!("decided")]),
        ])
    };
    assert!(matches!(
        log.append(resting_on(0)).await,
        Err(AppendError::Conflict { .. })
    ));
    let receipt = log.append(resting_on(1)).await.unwrap();
    assert_eq!(
        receipt.versions,
        [(b, 1)].into(),
        "only streams written to have a new version"
    );
}

async fn several_streams_are_written_together_or_not_at_all(log: Arc<dyn Log>) {
    let (a, b, c) = (stream("A1234BC"), stream("B1234BC"), stream("C1234BC"));
    put(&*log, &b, json!("already here")).await;
    let all = |b_expected| {
        request(vec![
            write(&a, Expected::Version(0), [json!("a")]),
            write(&b, Expected::Version(b_expected), [json!("b1"), json!("b2")]),
            write(&c, Expected::Version(0), [json!("c")]),
        ])
    };
    assert!(matches!(
        log.append(all(0)).await,
        Err(AppendError::Conflict { .. })
    ));
    assert_eq!(
        log.head().await.unwrap(),
        Position::new(1),
        "a conflict on one stream keeps all others out"
    );

    let receipt = log.append(all(1)).await.unwrap();
    assert_eq!((receipt.first.get(), receipt.last.get()), (2, 5));
    assert_eq!(receipt.versions, [(a, 1), (b, 3), (c, 1)].into());
}

async fn the_same_command_is_recorded_once(log: Arc<dyn Log>) {
    let asked = request(vec![write(
        &stream("A1234BC"),
        Expected::Version(0),
        [json!(1), json!(2)],
    )]);
    let first = log.append(asked.clone()).await.unwrap();
    let second = log.append(asked.clone()).await.unwrap();
    assert!(second.replayed, "although its expected version is no longer so");
    assert_eq!(
        event_store::Receipt {
            replayed: false,
            ..second
        },
        first
    );
    assert_eq!(
        log.receipt(asked.command_id).await.unwrap(),
        Some((Outcome::Recorded(first), asked.request_hash))
    );
    assert_eq!(log.head().await.unwrap(), Position::new(2));
}

async fn a_command_id_belongs_to_one_request(log: Arc<dyn Log>) {
    let asked = request(vec![write(&stream("A1234BC"), Expected::Any, [json!(1)])]);
    log.append(asked.clone()).await.unwrap();
    let other = event_store::AppendRequest {
        request_hash: [8; 32],
        ..asked.clone()
    };
    let refused = log.append(other).await.unwrap_err();
    assert!(
        matches!(refused, AppendError::CommandIdReused(id) if id == asked.command_id),
        "{refused}"
    );
    assert_eq!(log.head().await.unwrap(), Position::new(1));
}

async fn a_command_that_changed_nothing_changes_nothing_later(log: Arc<dyn Log>) {
    let asked = request(vec![write(&stream("A1234BC"), Expected::Any, [json!(1)])]);
    let (id, hash) = (asked.command_id, asked.request_hash);
    for _ in 0..2 {
        assert_eq!(log.record_noop(id, hash).await.unwrap(), Outcome::Unchanged);
    }
    let late = log.append(asked).await.unwrap_err();
    assert!(
        matches!(late, AppendError::UnchangedBefore(of) if of == id),
        "{late}"
    );
    let other = log.record_noop(id, [8; 32]).await.unwrap_err();
    assert!(
        matches!(other, AppendError::CommandIdReused(of) if of == id),
        "{other}"
    );
    assert_eq!(log.receipt(id).await.unwrap(), Some((Outcome::Unchanged, hash)));
    assert_eq!(log.head().await.unwrap(), Position::START);
}

async fn what_was_recorded_is_not_unchanged_afterwards(log: Arc<dyn Log>) {
    let asked = request(vec![write(&stream("A1234BC"), Expected::Any, [json!(1)])]);
    let (id, hash) = (asked.command_id, asked.request_hash);
    let receipt = log.append(asked).await.unwrap();
    let outcome = log.record_noop(id, hash).await.unwrap();
    assert_eq!(outcome, Outcome::Recorded(receipt));
}

async fn of_conflicting_writers_exactly_one_wins(log: Arc<dyn Log>) {
    let a = stream("A1234BC");
    for version in 0..5 {
        let writers =
            (0..20).map(|n| log.append(request(vec![write(&a, Expected::Version(version), [json!(n)])])));
        let (won, lost): (Vec<_>, Vec<_>) = join_all(writers).await.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1);
        assert!(
            lost.iter()
                .all(|answer| matches!(answer, Err(AppendError::Conflict { .. })))
        );
    }
    assert_eq!(log.head().await.unwrap(), Position::new(5));
}

async fn fifty_deliveries_at_once_have_one_effect(log: Arc<dyn Log>) {
    let asked = request(vec![write(&stream("A1234BC"), Expected::Version(0), [json!(1)])]);
    let receipts = join_all((0..50).map(|_| log.append(asked.clone()))).await;
    let fresh = receipts
        .iter()
        .filter(|receipt| !receipt.as_ref().unwrap().replayed)
        .count();
    assert_eq!(fresh, 1);
    assert_eq!(log.head().await.unwrap(), Position::new(1));
}

async fn bad_requests_are_refused_and_harm_nobody(log: Arc<dyn Log>) {
    let a = stream("A1234BC");
    let nul_in_type = NewEvent {
        event_type: "a\0b".to_owned(),
        ..event(json!(1))
    };
    let mut typed = request(vec![write(&a, Expected::Any, [])]);
    typed.writes[0].events.push(nul_in_type);
    let mut nul_in_metadata = request(vec![write(&a, Expected::Any, [json!(1)])]);
    nul_in_metadata.metadata.operation.push('\0');
    let bad = [
        request(vec![]),
        request(vec![write(&a, Expected::Any, [])]),
        request(vec![write(&a, Expected::Any, [json!(1.5)])]),
        request(vec![write(
            &a,
            Expected::Any,
            [json!({"deep": [1, {"f": 1e300}]})],
        )]),
        request(vec![write(&a, Expected::Any, [json!("nul \0")])]),
        request(vec![write(&a, Expected::Any, [json!(u64::MAX)])]),
        request(vec![
            write(&a, Expected::Any, [json!(1)]),
            write(&a, Expected::Any, [json!(2)]),
        ]),
        typed,
        nul_in_metadata,
    ];
    let good = request(vec![write(&a, Expected::Any, [json!("good")])]);
    let (refused, accepted) = futures::join!(
        join_all(bad.into_iter().map(|bad| log.append(bad))),
        log.append(good)
    );
    for answer in refused {
        assert!(matches!(answer, Err(AppendError::Invalid(_))), "{answer:?}");
    }
    accepted.unwrap();
    assert_eq!(log.head().await.unwrap(), Position::new(1));
}

async fn recorded_times_never_run_backwards(log: Arc<dyn Log>) {
    join_all((0..40).map(|n| {
        let log = log.clone();
        async move { put(&*log, &stream(n), json!(n)).await }
    }))
    .await;
    let times: Vec<_> = everything(&*log)
        .await
        .iter()
        .map(|event| event.recorded_at)
        .collect();
    assert!(times.is_sorted());
}

async fn streams_are_read_by_name(log: Arc<dyn Log>) {
    for n in 0..12 {
        put(&*log, &stream(n % 3), json!(n)).await;
    }
    let loads = join_all((0..30).map(|n| {
        let log = log.clone();
        async move {
            log.read_streams(&[stream(n % 3), stream((n + 1) % 3), stream("nobody")])
                .await
                .unwrap()
        }
    }))
    .await;
    for (n, events) in loads.into_iter().enumerate() {
        for key in [n % 3, (n + 1) % 3] {
            let past: Vec<_> = events
                .iter()
                .filter(|event| event.stream == stream(key))
                .collect();
            assert_eq!(
                past.iter().map(|event| event.version).collect::<Vec<_>>(),
                [1, 2, 3, 4]
            );
        }
        assert_eq!(events.len(), 8);
    }
}
