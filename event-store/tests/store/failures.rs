//! Connections die, values are refused: nothing acknowledged is lost, nothing is done twice, neighbours do not notice.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use event_store::{
    AppendError, Expected, Log,
    audit::{self, VerifyError},
};
use futures::future::join_all;
use serde_json::json;
use sqlx::Executor;
use tokio::{task::JoinSet, time::interval};

use crate::support::{Store, event, request, stream, write};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killing_connections_under_load_loses_nothing_and_repeats_nothing() {
    let store = Store::fresh().await;
    let done = Arc::new(AtomicBool::new(false));
    let (killer, finished) = (store.owner.clone(), done.clone());
    let killing = tokio::spawn(async move {
        let mut ticks = interval(Duration::from_millis(30));
        let mut count = 0_i64;
        while !finished.load(Ordering::Relaxed) {
            ticks.tick().await;
            count += sqlx::query_scalar::<_, i64>(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity
                 where datname = current_database() and pid <> pg_backend_pid() and query ~ 'es.event|es.head|commit'",
            )
            .fetch_one(&killer)
            .await
            .unwrap();
        }
        count
    });
    let mut writing = JoinSet::new();
    for writer in 0..24_u64 {
        let log = store.log.clone();
        writing.spawn(async move {
            let mut receipts = Vec::new();
            for n in 0..30 {
                // The expected version makes any lost or repeated append visible as a conflict.
                let asked = request(vec![write(&stream(writer), Expected::Version(n), [json!(n)])]);
                loop {
                    match log.append(asked.clone()).await {
                        Ok(receipt) => break receipts.push(receipt),
                        Err(AppendError::OutcomeUnknown(_) | AppendError::Unavailable(_)) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            }
            receipts
        });
    }
    let receipts: Vec<_> = writing.join_all().await.into_iter().flatten().collect();
    done.store(true, Ordering::Relaxed);
    assert!(killing.await.unwrap() > 0, "the test killed nothing");

    let events = store.all().await;
    assert_eq!(events.len(), 24 * 30);
    for receipt in receipts {
        let event = &events[usize::try_from(receipt.first.get()).unwrap() - 1];
        assert_eq!(event.decode_metadata().unwrap().command_id, receipt.command_id);
    }
    // The last kill may have met idle connections of the pool, which find out when they are used.
    let verified = loop {
        match audit::verify(&store.app, None, |_| ()).await {
            Err(VerifyError::Unreadable(_)) => {}
            verified => break verified,
        }
    };
    verified.unwrap();
}

#[tokio::test]
async fn a_value_that_only_the_database_refuses_fails_its_own_request_alone() {
    let store = Store::fresh().await;
    let first = event(json!("first"));
    let mut original = request(vec![write(&stream("A1234BC"), Expected::Any, [])]);
    original.writes[0].events.push(first.clone());
    store.log.append(original).await.unwrap();

    let mut requests: Vec<_> = (0..40)
        .map(|n| request(vec![write(&stream(n), Expected::Version(0), [json!(n)])]))
        .collect();
    for n in [7, 23] {
        requests[n].writes[0].events = vec![first.clone()];
    }
    let answers = join_all(requests.into_iter().map(|asked| store.log.append(asked))).await;
    for (n, answer) in answers.iter().enumerate() {
        if [7, 23].contains(&n) {
            let refused = answer.as_ref().unwrap_err();
            assert!(matches!(refused, AppendError::Invalid(_)), "{refused}");
            assert!(refused.to_string().contains("event_id"), "{refused}");
        } else {
            assert!(answer.is_ok(), "{n}: {answer:?}");
        }
    }
    assert_eq!(store.log.head().await.unwrap().get(), 39);
    audit::verify(&store.app, None, |_| ()).await.unwrap();
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_resolved_before_the_caller_is_told() {
    let store = Store::fresh().await;
    // A deferred trigger runs inside COMMIT: it ends our own connection after everything was written, once.
    store
        .owner
        .execute(
            "create table public.fuse (burnt boolean); insert into public.fuse values (false);
             create function public.cut() returns trigger language plpgsql security definer as $$
             begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
             create constraint trigger cut after insert on es.command deferrable initially deferred
                 for each row execute function public.cut()",
        )
        .await
        .unwrap();
    let log = store.log.clone();
    let asked = request(vec![write(&stream("A1234BC"), Expected::Version(0), [json!(1)])]);
    let waiting = tokio::spawn(async move { log.append(asked).await });
    let cut_once = async {
        loop {
            let warned: i64 = sqlx::query_scalar(
                "select count(*) from pg_stat_database where datname = current_database() and sessions_killed > 0",
            )
            .fetch_one(&store.owner)
            .await
            .unwrap();
            if warned > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    cut_once.await;
    store
        .owner
        .execute("drop trigger cut on es.command")
        .await
        .unwrap();
    let receipt = waiting.await.unwrap().unwrap();
    assert_eq!(receipt.first.get(), 1);
    assert_eq!(store.log.head().await.unwrap().get(), 1, "recorded once");
}

#[tokio::test]
async fn a_database_that_cannot_write_says_so_and_recovers() {
    let store = Store::fresh().await;
    store
        .owner
        .execute("revoke insert on es.command from allocations_app")
        .await
        .unwrap();
    let ask = || request(vec![write(&stream("A1234BC"), Expected::Any, [json!(1)])]);
    let refused = store.log.append(ask()).await.unwrap_err();
    assert!(matches!(refused, AppendError::Unavailable(_)), "{refused}");
    store
        .owner
        .execute("grant insert on es.command to allocations_app")
        .await
        .unwrap();
    store.log.append(ask()).await.unwrap();
    assert_eq!(store.log.head().await.unwrap().get(), 1);
}

#[tokio::test]
async fn a_hole_in_the_log_stops_its_readers() {
    let store = Store::fresh().await;
    crate::support::nine_events(&store.log).await;
    store
        .owner
        .execute("set session_replication_role = replica; delete from es.event where position = 4; reset session_replication_role")
        .await
        .unwrap();
    let damaged = store
        .log
        .read_after(event_store::Position::START, 100)
        .await
        .unwrap_err();
    assert!(
        matches!(damaged, event_store::ReadError::Damaged(last) if last.get() == 3),
        "{damaged}"
    );
}
