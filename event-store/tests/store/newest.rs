//! What was just recorded is at hand, as it lies in the log.

use std::time::Duration;

use event_store::{Expected, Log, Position, RecordedEvent, StreamId};
use futures::future::join_all;
use serde_json::json;
use sqlx::Executor;
use tokio::time::timeout;

use crate::support::{Store, request, stream, write};

const COMMANDS: i64 = 40;

/// Some at once and some one by one, so that the writer goes both its ways.
async fn record(store: &Store) {
    let ask = |n: i64| {
        let payload = json!({"n": n, "who": {"$personal": format!("somebody {n}")}});
        store
            .log
            .append(request(vec![write(&stream(n), Expected::Any, [payload])]))
    };
    for n in 0..COMMANDS / 2 {
        ask(n).await.unwrap();
    }
    for receipt in join_all((COMMANDS / 2..COMMANDS).map(ask)).await {
        receipt.unwrap();
    }
}

async fn newest(store: &Store, after: i64) -> Vec<RecordedEvent> {
    let newest = store.log.newest_after(Position::new(after), 1000);
    // It would wait for the database if it asked.
    timeout(Duration::from_secs(30), newest).await.unwrap().unwrap()
}

async fn assert_told_as_recorded(store: &Store) {
    let log = store.all().await;
    for after in 0..=log.len() {
        assert_eq!(newest(store, after as i64).await, log[after..]);
    }
}

#[tokio::test]
async fn what_was_just_recorded_is_told_without_the_database_and_as_the_database_tells_it() {
    let store = Store::fresh().await;
    record(&store).await;
    let log = store.all().await;
    let mut closed = store.owner.begin().await.unwrap();
    closed
        .execute("lock table es.event in access exclusive mode")
        .await
        .unwrap();
    for after in 0..COMMANDS {
        assert_eq!(newest(&store, after).await, log[after as usize..]);
    }
}

#[tokio::test]
async fn what_others_have_recorded_comes_from_the_database() {
    let store = Store::fresh().await;
    record(&store).await;
    let replica = store.replica().await;
    let ask = |n: i64| request(vec![write(&stream(n), Expected::Any, [json!(n)])]);
    replica.append(ask(1)).await.unwrap();
    store.log.append(ask(2)).await.unwrap();
    assert_told_as_recorded(&store).await;
}

/// As after a failover, under connections that outlived it, to a standby that did not get the last event.
#[tokio::test]
async fn what_was_lost_is_forgotten_though_the_log_has_grown_as_long_again() {
    let store = Store::fresh().await;
    record(&store).await;
    let lost = store.all().await.pop().unwrap();
    let failover = format!(
        "begin;
         set local session_replication_role = replica;
         delete from es.command where first_position = {position};
         delete from es.stream where last_position = {position};
         delete from es.event where position = {position};
         update es.head set position = {position} - 1;
         commit",
        position = lost.position
    );
    sqlx::raw_sql(&failover).execute(&store.owner).await.unwrap();
    let replica = store.replica().await;
    let ask = |stream: &StreamId| request(vec![write(stream, Expected::Any, [json!(1)])]);
    let instead = replica.append(ask(&stream(1))).await.unwrap();
    assert_eq!(instead.last, lost.position);

    let again = store.log.append(ask(&lost.stream)).await.unwrap();
    assert_eq!(again.versions[&lost.stream], 1);
    assert_told_as_recorded(&store).await;
}

#[tokio::test]
async fn what_is_at_hand_is_withheld_once_the_person_is_erased() {
    let store = Store::fresh().await;
    record(&store).await;
    store.log.keyring().erase("7", "they left").await.unwrap();
    let told = newest(&store, 0).await;
    assert!(told[7].payload.contains("$withheld"), "{}", told[7].payload);
    assert!(told[8].payload.contains("somebody"));
}
