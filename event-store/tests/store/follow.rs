//! A follower owes each event that concerns it one reaction, through crashes, lost leases and tasks that fail.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use event_store::{
    Expected, Log, Position, PostgresLog, StreamId,
    follow::{self, Clock, FollowError, Follower, FollowerStatus, Lead, Task, Wake},
};
use serde_json::json;

use crate::support::{Store, noon, put, request, stream, write};

const TERM: Duration = Duration::from_mins(10);
const OVER: Duration = Duration::ZERO;
const NAME: &str = "reminders";

fn follower(log: &PostgresLog, clock: &Clock) -> Follower {
    Follower::new(log.clone(), NAME, &["NoteAdded"], clock.clone())
}

async fn lead(log: &PostgresLog, clock: &Clock) -> Lead {
    follower(log, clock).lead(TERM).await.unwrap().unwrap()
}

async fn status(store: &Store) -> FollowerStatus {
    follow::status(&store.app, NAME).await.unwrap()
}

/// The keys and causes of the tasks that are due.
async fn due(lead: &Lead) -> Vec<(String, i64)> {
    let tasks = lead.due(100, &[]).await.unwrap();
    tasks
        .iter()
        .map(|task| (task.key.clone(), task.cause.position.get()))
        .collect()
}

async fn only(lead: &Lead) -> Task {
    let mut tasks = lead.due(100, &[]).await.unwrap();
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    tasks.remove(0)
}

/// An event that concerns nobody.
async fn put_aside(log: &PostgresLog, stream: &StreamId) {
    let mut write = write(stream, Expected::Any, [json!({})]);
    "NoteRemoved".clone_into(&mut write.events[0].event_type);
    log.append(request(vec![write])).await.unwrap();
}

fn key(key: &str) -> String {
    stream(key).as_str().to_owned()
}

fn days_after(days: i64) -> DateTime<Utc> {
    noon() + TimeDelta::days(days)
}

#[tokio::test]
async fn each_event_that_concerns_the_follower_is_a_task_once() {
    let store = Store::fresh().await;
    put(&store.log, &stream("A"), json!({})).await;
    put_aside(&store.log, &stream("A")).await;
    put(&store.log, &stream("B"), json!({})).await;
    let lead = lead(&store.log, &Clock::of_database()).await;

    let advanced = lead.advance().await.unwrap();
    assert_eq!((advanced.position.get(), advanced.tasks), (3, 2));
    let again = lead.advance().await.unwrap();
    assert_eq!((again.position.get(), again.tasks), (3, 0));
    assert_eq!(due(&lead).await, [(key("A"), 1), (key("B"), 3)]);
}

#[tokio::test]
async fn a_task_that_is_done_is_gone_and_one_that_is_not_outlives_its_replica() {
    let store = Store::fresh().await;
    put(&store.log, &stream("A"), json!({})).await;
    put(&store.log, &stream("B"), json!({})).await;
    {
        let replica = store.replica().await;
        let killed = lead(&replica, &Clock::of_database()).await;
        killed.advance().await.unwrap();
        let tasks = killed.due(1, &[]).await.unwrap();
        killed.settle(&tasks[0], &[]).await.unwrap();
        assert!(
            follower(&store.log, &Clock::of_database())
                .lead(TERM)
                .await
                .unwrap()
                .is_none(),
            "one replica follows at a time"
        );
        replica.pool().close().await;
    }
    let heir = loop {
        // The server ends a session a moment after its client.
        match follower(&store.log, &Clock::of_database())
            .lead(TERM)
            .await
            .unwrap()
        {
            Some(heir) => break heir,
            None => tokio::task::yield_now().await,
        }
    };
    assert_eq!(heir.advance().await.unwrap().position.get(), 2);
    assert_eq!(due(&heir).await, [(key("B"), 2)]);
}

#[tokio::test]
async fn a_replica_that_lost_the_lease_moves_nothing() {
    let store = Store::fresh().await;
    let clock = Clock::simulated(noon());
    put(&store.log, &stream("A"), json!({})).await;
    let stalled = lead(&store.log, &clock).await;
    stalled.advance().await.unwrap();
    let task = only(&stalled).await;
    stalled.renew(OVER).await.unwrap();
    let heir = lead(&store.log, &clock).await;
    put(&store.log, &stream("B"), json!({})).await;

    let wake = Wake {
        key: "later".to_owned(),
        at: noon(),
    };
    for refused in [
        stalled.renew(TERM).await,
        stalled.advance().await.map(drop),
        stalled.settle(&task, &[wake]).await,
        stalled.defer(&task, TERM, true, "slow").await,
        stalled.park(&task, "never").await,
    ] {
        assert!(matches!(refused, Err(FollowError::Fenced)), "{refused:?}");
    }
    assert_eq!(status(&store).await.position.get(), 1);
    assert_eq!(only(&heir).await, task);
}

#[tokio::test]
async fn the_checkpoint_never_moves_back() {
    let store = Store::fresh().await;
    for round in 0..3 {
        put(&store.log, &stream("A"), json!({ "round": round })).await;
    }
    let first = lead(&store.log, &Clock::of_database()).await;
    first.advance().await.unwrap();
    first.release().await;
    let second = lead(&store.log, &Clock::of_database()).await;
    assert_eq!(second.advance().await.unwrap().position.get(), 3);
    // As after a restore of the log to an earlier point.
    sqlx::query("update es.head set position = 1")
        .execute(&store.owner)
        .await
        .unwrap();
    let advanced = second.advance().await.unwrap();
    assert_eq!((advanced.position.get(), advanced.tasks), (3, 0));
    assert_eq!(status(&store).await.position.get(), 3);
}

#[tokio::test]
async fn a_due_date_comes_by_the_clock_and_never_before() {
    let store = Store::fresh().await;
    let clock = Clock::simulated(noon());
    put(&store.log, &stream("A"), json!({})).await;
    let lead = lead(&store.log, &clock).await;
    lead.advance().await.unwrap();
    let task = only(&lead).await;
    assert_eq!((task.turn, task.now), (0, noon()));
    let wakes = [("late", 9), ("soon", 2), ("late", 3)].map(|(key, days)| Wake {
        key: key.to_owned(),
        at: days_after(days),
    });
    lead.settle(&task, &wakes).await.unwrap();
    assert_eq!(due(&lead).await, []);

    clock.set(days_after(2));
    let soon = only(&lead).await;
    assert_eq!(
        (soon.key.as_str(), soon.turn, soon.due_at),
        ("soon", 1, days_after(2))
    );
    assert_eq!(soon.cause, task.cause);
    lead.settle(&soon, &[]).await.unwrap();
    clock.set(days_after(3) - TimeDelta::microseconds(1));
    assert_eq!(due(&lead).await, []);
    clock.set(days_after(3));
    assert_eq!(only(&lead).await.key, "late", "the last due date of a key counts");
}

#[tokio::test]
async fn a_due_date_may_set_the_next_one_of_its_own_key() {
    let store = Store::fresh().await;
    let clock = Clock::simulated(noon());
    put(&store.log, &stream("A"), json!({})).await;
    let lead = lead(&store.log, &clock).await;
    lead.advance().await.unwrap();
    for turn in 0..3 {
        clock.set(days_after(i64::from(turn)));
        let task = only(&lead).await;
        assert_eq!(task.turn, turn);
        let tomorrow = Wake {
            key: task.key.clone(),
            at: days_after(i64::from(turn) + 1),
        };
        lead.settle(&task, &[tomorrow]).await.unwrap();
        assert_eq!(due(&lead).await, []);
    }
}

#[tokio::test]
async fn a_task_may_set_due_dates_for_hundreds_of_keys() {
    let store = Store::fresh().await;
    put(&store.log, &stream("A"), json!({})).await;
    let lead = lead(&store.log, &Clock::simulated(noon())).await;
    lead.advance().await.unwrap();
    let task = only(&lead).await;
    let wakes: Vec<Wake> = (0..700)
        .map(|n| Wake {
            key: format!("{n:03}"),
            at: noon(),
        })
        .collect();
    lead.settle(&task, &wakes).await.unwrap();
    let first = lead.due(2, &["000".to_owned()]).await.unwrap();
    let keys: Vec<&str> = first.iter().map(|task| task.key.as_str()).collect();
    assert_eq!(keys, ["001", "002"]);
    assert_eq!(status(&store).await.due, 700);
}

#[tokio::test]
async fn a_key_in_trouble_delays_its_own_later_tasks_and_no_other_key() {
    let store = Store::fresh().await;
    let clock = Clock::simulated(noon());
    for of in ["A", "A", "B"] {
        put(&store.log, &stream(of), json!({})).await;
    }
    let lead = lead(&store.log, &clock).await;
    lead.advance().await.unwrap();
    let tasks = lead.due(100, &[]).await.unwrap();
    lead.defer(&tasks[0], Duration::from_mins(1), true, "slow")
        .await
        .unwrap();
    assert_eq!(due(&lead).await, [(key("B"), 3)]);
    let delayed = status(&store).await;
    assert_eq!((delayed.due, delayed.delayed, delayed.parked), (3, 1, 0));

    clock.set(noon() + TimeDelta::minutes(1));
    let again = lead.due(1, &[key("B")]).await.unwrap().remove(0);
    assert_eq!(
        (again.cause.position.get(), again.attempts, again.failures),
        (1, 1, 1)
    );
    lead.park(&again, "never").await.unwrap();
    clock.set(days_after(9));
    assert_eq!(due(&lead).await, [(key("B"), 3)]);
    let parked = follow::parked(&store.app, NAME).await.unwrap();
    let parked: Vec<_> = parked
        .iter()
        .map(|task| {
            (
                task.key.as_str(),
                task.event_type.as_str(),
                task.reason.as_str(),
                task.waiting,
            )
        })
        .collect();
    assert_eq!(parked, [(key("A").as_str(), "NoteAdded", "never", 1)]);

    let nobody = follow::retry(&store.app, NAME, &key("B")).await;
    assert!(matches!(nobody, Err(FollowError::NotParked)));
    follow::retry(&store.app, NAME, &key("A")).await.unwrap();
    assert_eq!(due(&lead).await, [(key("A"), 1), (key("B"), 3)]);
}

#[tokio::test]
async fn a_log_that_lacks_a_position_stops_the_follower_before_it() {
    let store = Store::fresh().await;
    put(&store.log, &stream("A"), json!({})).await;
    sqlx::query("update es.head set position = 2")
        .execute(&store.owner)
        .await
        .unwrap();
    let lead = lead(&store.log, &Clock::of_database()).await;
    let stopped = lead.advance().await;
    assert!(
        matches!(stopped, Err(FollowError::Damaged(Position::START))),
        "{stopped:?}"
    );
    let status = status(&store).await;
    assert_eq!((status.lag(), status.due, status.followed), (2, 0, true));
}

#[tokio::test]
async fn a_long_log_is_followed_in_bounded_steps() {
    let store = Store::fresh().await;
    let events = 5_001;
    let payloads = (0..events).map(|n| json!({ "n": n }));
    store
        .log
        .append(request(vec![write(&stream("A"), Expected::Any, payloads)]))
        .await
        .unwrap();
    let lead = lead(&store.log, &Clock::of_database()).await;
    assert_eq!(lead.advance().await.unwrap().position.get(), 5_000);
    assert_eq!(lead.advance().await.unwrap().position.get(), 5_001);
    assert_eq!(
        due(&lead).await,
        [(key("A"), 1)],
        "a key's tasks come one after the other"
    );
    assert_eq!(status(&store).await.due, 5_001);
}
