//! Many writers, several replicas, a reader that tails: one order without gaps.

use std::{collections::BTreeMap, time::Duration};

use event_store::{AppendError, Expected, Log, Position, PostgresLog, audit};
use futures::future::join_all;
use serde_json::json;
use sqlx::postgres::PgListener;
use tokio::{task::JoinSet, time::timeout};
use uuid::Uuid;

use crate::support::{Store, everything, put, request, stream, write};

/// Each writer has a stream of its own and one that all share.
async fn write_much(log: PostgresLog, writer: usize, commands: usize) -> Vec<(Uuid, Position)> {
    let mut acknowledged = Vec::new();
    for n in 0..commands {
        let asked = request(vec![
            write(&stream(writer), Expected::Version(n as u64), [json!({"n": n})]),
            write(&stream("shared"), Expected::Any, [json!({"writer": writer})]),
        ]);
        let receipt = log.append(asked).await.unwrap();
        acknowledged.push((receipt.command_id, receipt.first));
    }
    acknowledged
}

/// Follows the head and checks that every position is there when it is announced.
async fn tail(log: PostgresLog, until: i64) -> usize {
    let mut head = log.subscribe();
    let mut seen = 0_i64;
    while seen < until {
        let target = head
            .wait_for(|position| position.get() > seen)
            .await
            .unwrap()
            .get();
        while seen < target {
            let page = log.read_after(Position::new(seen), 64).await.unwrap();
            assert!(
                !page.is_empty(),
                "the head is {target} but nothing follows {seen}"
            );
            seen += page.len() as i64;
        }
    }
    seen as usize
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tailing_reader_misses_nothing_beside_sixteen_writers_on_two_replicas() {
    let store = Store::fresh().await;
    let replica = store.replica().await;
    let (writers, commands) = (16, 40);
    let total = writers * commands * 2;
    let readers = [
        tokio::spawn(tail(store.log.clone(), total as i64)),
        tokio::spawn(tail(replica.clone(), total as i64)),
    ];
    let mut writing = JoinSet::new();
    for writer in 0..writers {
        let log = if writer % 2 == 0 {
            store.log.clone()
        } else {
            replica.clone()
        };
        writing.spawn(write_much(log, writer, commands));
    }
    let acknowledged: BTreeMap<Uuid, Position> = writing.join_all().await.into_iter().flatten().collect();
    for reader in readers {
        assert_eq!(
            timeout(Duration::from_secs(30), reader).await.unwrap().unwrap(),
            total
        );
    }

    let events = store.all().await;
    assert_eq!(events.len(), total);
    let places: BTreeMap<Uuid, Position> = events
        .iter()
        .rev()
        .map(|event| (event.decode_metadata().unwrap().command_id, event.position))
        .collect();
    assert_eq!(
        places, acknowledged,
        "every acknowledged command stands where its receipt says"
    );
    let verified = audit::verify(&store.app, None, |_| ()).await.unwrap();
    assert_eq!(
        (verified.head.get(), verified.streams),
        (total as i64, writers as u64 + 1)
    );
    assert_eq!(verified.receipts, (writers * commands) as u64);
}

/// Not every commit of a busy log is told of, but the last one is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_replicas_are_told_of_the_last_of_many_commits() {
    let store = Store::fresh().await;
    let mut listener = PgListener::connect(store.database.url()).await.unwrap();
    listener.listen("es").await.unwrap();
    for round in 0..5 {
        let writers = (0..16).map(|writer| write_much(store.log.clone(), round * 16 + writer, 6));
        join_all(writers).await;
        let head = store.log.head().await.unwrap().to_string();
        let told = async { while listener.recv().await.unwrap().payload() != head {} };
        timeout(Duration::from_secs(30), told).await.unwrap();
    }
}

#[tokio::test]
async fn replicas_agree_on_who_was_first() {
    let store = Store::fresh().await;
    let replica = store.replica().await;
    for version in 0..10 {
        let ask = || {
            request(vec![write(
                &stream("A1234BC"),
                Expected::Version(version),
                [json!(version)],
            )])
        };
        let answers = join_all((0..8).map(|n| {
            let log = if n % 2 == 0 { &store.log } else { &replica };
            log.append(ask())
        }))
        .await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    }
    let asked = request(vec![write(&stream("B1234BC"), Expected::Any, [json!(1)])]);
    let (here, there) = futures::join!(store.log.append(asked.clone()), replica.append(asked));
    let (here, there) = (here.unwrap(), there.unwrap());
    assert_ne!(
        here.replayed, there.replayed,
        "one delivery recorded it, the other found it"
    );
    assert_eq!(here.first, there.first);
}

/// What a writer remembers of the log's end is not so any more whenever the other one has written.
#[tokio::test]
async fn writers_that_take_turns_find_what_the_other_wrote() {
    let store = Store::fresh().await;
    let replica = store.replica().await;
    let shared = stream("A1234BC");
    // More turns than a writer stays cautious for.
    for version in 0..80 {
        let log = if version % 2 == 0 { &store.log } else { &replica };
        let asked = |version| request(vec![write(&shared, Expected::Version(version), [json!(version)])]);
        if version > 0 {
            let stale = log.append(asked(version - 1)).await;
            assert!(matches!(stale, Err(AppendError::Conflict { actual, .. }) if actual == version));
        }
        let receipt = log.append(asked(version)).await.unwrap();
        assert_eq!(receipt.first.get(), version as i64 + 1);
    }
    let verified = audit::verify(&store.app, None, |_| ()).await.unwrap();
    assert_eq!((verified.head.get(), verified.streams), (80, 1));
}

#[tokio::test]
async fn a_command_that_any_version_suits_is_still_recorded_once() {
    let store = Store::fresh().await;
    let asked = request(vec![write(&stream("A1234BC"), Expected::Any, [json!(1)])]);
    let first = store.log.append(asked.clone()).await.unwrap();
    put(&store.log, &stream("B1234BC"), json!(2)).await;
    let again = store.log.append(asked).await.unwrap();
    assert_eq!((again.replayed, again.first), (true, first.first));
    assert_eq!(again.versions, first.versions);
    assert_eq!(store.log.head().await.unwrap().get(), 2);
}

#[tokio::test]
async fn a_replica_hears_of_the_others_commits() {
    let store = Store::fresh().await;
    let replica = store.replica().await;
    let mut head = replica.subscribe();
    let receipt = put(&store.log, &stream("A1234BC"), json!(1)).await;
    let news = head.wait_for(|position| *position >= receipt.last);
    assert_eq!(
        *timeout(Duration::from_secs(10), news).await.unwrap().unwrap(),
        receipt.last
    );
}

#[tokio::test]
async fn too_many_waiting_commands_are_turned_away_and_the_others_served() {
    let store = Store::fresh().await;
    let mut blocker = store.owner.begin().await.unwrap();
    sqlx::query("select * from es.head for update")
        .execute(&mut *blocker)
        .await
        .unwrap();
    let mut waiting: JoinSet<_> = (0..6000)
        .map(|n| {
            let log = store.log.clone();
            async move {
                log.append(request(vec![write(&stream(n), Expected::Any, [json!(n)])]))
                    .await
            }
        })
        .collect();
    // As long as the head is held, whoever is answered was turned away.
    let first = waiting.join_next().await.unwrap().unwrap();
    blocker.rollback().await.unwrap();
    let mut answers = waiting.join_all().await;
    answers.push(first);
    let served = answers.iter().filter(|answer| answer.is_ok()).count();
    let turned_away = answers
        .iter()
        .filter(|answer| matches!(answer, Err(AppendError::Overloaded)))
        .count();
    assert!(turned_away > 0, "the queue is bounded");
    assert_eq!(served + turned_away, 6000);
    assert_eq!(store.log.head().await.unwrap().get(), served as i64);
}

#[tokio::test]
async fn a_time_is_one_position() {
    let store = Store::fresh().await;
    let mut times = Vec::new();
    for n in 0..9 {
        times.push(put(&store.log, &stream(n), json!(n)).await.recorded_at);
    }
    let positions = |count: usize| i64::try_from(count).unwrap();
    for time in &times {
        // Commits may share a microsecond: then the time is the position of the last of them.
        let at = store.log.position_at(*time).await.unwrap();
        assert_eq!(at.get(), positions(times.partition_point(|other| other <= time)));
        let before = store
            .log
            .position_at(*time - chrono::TimeDelta::microseconds(1))
            .await
            .unwrap();
        assert_eq!(
            before.get(),
            positions(times.partition_point(|other| other < time))
        );
    }
    assert_eq!(everything(&store.log).await.len(), 9);
}
