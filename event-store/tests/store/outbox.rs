//! Messages to other services are written with their events, and numbered without gaps.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use event_store::{Announcement, AppendError, AppendRequest, Expected, Log, MemoryLog, StreamId};
use serde_json::{Value, json};

use crate::support::{Store, noon, request, stream, write};

fn announcement(stream: &StreamId, event: usize) -> Announcement {
    Announcement {
        stream: stream.clone(),
        event,
        key: stream.key().to_owned(),
        event_type: "offender-management.allocation.changed".to_owned(),
        compose: Some(Arc::new(|placed| {
            json!({"version": placed.sequence, "z": 1, "a": placed.position}).to_string()
        })),
    }
}

fn announcing(stream: &StreamId, events: &[usize], count: i64) -> AppendRequest {
    let mut asked = request(vec![write(stream, Expected::Any, (0..count).map(Value::from))]);
    asked.announcements = events.iter().map(|event| announcement(stream, *event)).collect();
    asked
}

#[tokio::test]
async fn a_message_is_written_by_the_transaction_of_its_event() {
    let store = Store::fresh().await;
    let a = stream("A1234BC");
    store.log.append(announcing(&a, &[0, 1, 1], 2)).await.unwrap();
    let rows: Vec<(i64, i16, i64, DateTime<Utc>, String, bool)> = sqlx::query_as(
        "select position, ordinal, sequence, occurred_at, body::text, outbox.xmin = event.xmin
         from es.outbox outbox join es.event event using (position) order by position, ordinal",
    )
    .fetch_all(&store.app)
    .await
    .unwrap();
    let micro = TimeDelta::microseconds(1);
    assert_eq!(
        rows,
        [
            (1, 0, 1, noon(), r#"{"a":1,"version":1,"z":1}"#.to_owned(), true),
            (
                2,
                0,
                2,
                noon() + micro,
                r#"{"a":2,"version":2,"z":1}"#.to_owned(),
                true
            ),
            (
                2,
                1,
                3,
                noon() + micro + micro,
                r#"{"a":2,"version":3,"z":1}"#.to_owned(),
                true
            ),
        ]
    );
}

#[tokio::test]
async fn messages_of_one_stream_are_numbered_on_and_never_claim_an_earlier_time() {
    let store = Store::fresh().await;
    let memory = MemoryLog::new();
    let a = stream("A1234BC");
    let mut earlier = announcing(&a, &[0], 1);
    earlier.metadata.occurred_at = noon() - TimeDelta::days(30);
    for asked in [
        announcing(&a, &[0], 1),
        earlier,
        announcing(&a, &[], 1),
        announcing(&a, &[1], 2),
    ] {
        store.log.append(asked.clone()).await.unwrap();
        memory.append(asked).await.unwrap();
    }
    let rows: Vec<(i64, i64, DateTime<Utc>)> =
        sqlx::query_as("select position, sequence, occurred_at from es.outbox order by position")
            .fetch_all(&store.app)
            .await
            .unwrap();
    let micros = |n| noon() + TimeDelta::microseconds(n);
    assert_eq!(rows, [(1, 1, noon()), (2, 2, micros(1)), (5, 3, micros(2))]);
    let in_memory: Vec<_> = memory
        .outgoing()
        .into_iter()
        .map(|message| {
            (
                message.placed.position.get(),
                message.placed.sequence as i64,
                message.placed.occurred_at,
            )
        })
        .collect();
    assert_eq!(in_memory, rows);
}

#[tokio::test]
async fn a_replayed_command_announces_nothing_again() {
    let store = Store::fresh().await;
    let asked = announcing(&stream("A1234BC"), &[0], 1);
    store.log.append(asked.clone()).await.unwrap();
    assert!(store.log.append(asked).await.unwrap().replayed);
    let count: i64 = sqlx::query_scalar("select count(*) from es.outbox")
        .fetch_one(&store.app)
        .await
        .unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_composer_that_panics_or_an_event_that_is_not_there_spoils_only_its_own_request() {
    let store = Store::fresh().await;
    let (a, b) = (stream("A1234BC"), stream("B1234BC"));
    let mut panicking = announcing(&a, &[0], 1);
    panicking.announcements[0].compose = Some(Arc::new(|_| panic!("a bug in a composer")));
    let beyond = announcing(&a, &[1], 1);
    let (bad, worse, good) = futures::join!(
        store.log.append(panicking),
        store.log.append(beyond),
        store.log.append(announcing(&b, &[0], 1))
    );
    assert!(matches!(bad, Err(AppendError::Invalid(_))), "{bad:?}");
    assert!(matches!(worse, Err(AppendError::Invalid(_))), "{worse:?}");
    assert_eq!(good.unwrap().first.get(), 1);
}

#[tokio::test]
async fn a_message_without_a_body_counts_and_is_never_sent() {
    let store = Store::fresh().await;
    let a = stream("A1234BC");
    let mut silent = announcing(&a, &[0, 1], 2);
    for announcement in &mut silent.announcements {
        announcement.compose = None;
    }
    store.log.append(silent).await.unwrap();
    store.log.append(announcing(&a, &[0], 1)).await.unwrap();
    let sent: Vec<i64> = sqlx::query_scalar("select sequence from es.outbox")
        .fetch_all(&store.app)
        .await
        .unwrap();
    assert_eq!(sent, [3]);
}
