//! A log that was restored to an earlier point: whoever remembers more than it does is told so.

use event_store::Position;
use futures::StreamExt;
use projections::{ChangeFilter, EventFilter, Model, ReadModelError, RebuildOptions, rebuild};
use sqlx::{Executor, PgPool};
use tokio::time::timeout;

use crate::support::{
    TIMEOUT, World,
    events::{allocated, facts, noon, observed},
    noms,
};

async fn number(owner: &PgPool, sql: &str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(owner).await.unwrap()
}

#[tokio::test]
async fn read_models_that_are_ahead_of_the_log_stand_still_until_they_are_rebuilt() {
    let world = World::new().await;
    let runner = world.project();
    world.see([observed(noms(1), facts("LEI", "John", "Doe"))]).await;
    runner.stop().await;
    let owner = world.owner().await;
    sqlx::query("update es.projection set position = 1000000")
        .execute(&owner)
        .await
        .unwrap();
    let attempts = "select fence from es.lease";
    let before = number(&owner, attempts).await;
    let other = World::open(&world.url).await;
    let position = other
        .record([observed(noms(2), facts("LEI", "Jane", "Doe"))])
        .await;
    let runner = other.project();
    while number(&owner, attempts).await < before + 3 {
        tokio::task::yield_now().await;
    }
    let folded = format!("select count(*) from read.cases where position = {position}");
    assert_eq!(number(&owner, &folded).await, 0);
    runner.stop().await;

    let options = RebuildOptions {
        models: &Model::ALL,
        keep_previous: false,
        workers: 1,
        progress: &|_| (),
    };
    rebuild(&other.log, options).await.unwrap();
    assert_eq!(number(&owner, &folded).await, 1);
    let restarted = World::open(&world.url).await;
    let _runner = restarted.project();
    restarted
        .see([observed(noms(3), facts("LEI", "Jim", "Doe"))])
        .await;
}

#[tokio::test]
async fn a_subscriber_from_beyond_the_log_is_refused() {
    let world = World::new().await;
    let head = world
        .record([observed(noms(1), facts("LEI", "John", "Doe"))])
        .await;
    let beyond = Position::new(head.get() + 1);
    let refused = |error: Option<ReadModelError>| matches!(error, Some(ReadModelError::BeyondLog { wanted, head: end }) if (wanted, end) == (beyond, head));
    let mut changes = Box::pin(
        world
            .models
            .allocation_changes(ChangeFilter::default(), Some(beyond)),
    );
    assert!(refused(changes.next().await.and_then(Result::err)));
    assert!(changes.next().await.is_none(), "and hears nothing more");
    let mut events = Box::pin(world.models.recorded_events(EventFilter::default(), Some(beyond)));
    assert!(refused(events.next().await.and_then(Result::err)));
}

#[tokio::test]
async fn a_subscriber_from_what_is_recorded_but_not_folded_yet_is_served() {
    let world = World::new().await;
    let case = noms(1);
    let head = world.record([observed(case, facts("LEI", "John", "Doe"))]).await;
    let mut changes = Box::pin(
        world
            .models
            .allocation_changes(ChangeFilter::default(), Some(head)),
    );
    assert!(world.models.position() < head);
    let (first, _runner) = tokio::join!(timeout(TIMEOUT, changes.next()), async {
        world
            .record([allocated(case, "LEI", 101, noon("2026-01-01"))])
            .await;
        world.project()
    });
    assert_eq!(first.unwrap().unwrap().unwrap().position, head.plus(1));
}

/// The process that recorded an event has it at hand; the database, after a failover to a standby that did not get it, has not.
#[tokio::test]
async fn an_event_that_was_lost_is_not_folded_by_the_process_that_recorded_it() {
    let world = World::new().await;
    let _runner = world.project();
    world.see([observed(noms(1), facts("LEI", "John", "Doe"))]).await;
    let owner = world.owner().await;
    let mut failover = owner.begin().await.unwrap();
    failover
        .execute("lock table es.projection in access exclusive mode")
        .await
        .unwrap();
    let lost = world
        .record([observed(noms(2), facts("LEI", "Jane", "Doe"))])
        .await;
    let folding =
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%rows_0%'";
    while number(&owner, folding).await == 0 {
        tokio::task::yield_now().await;
    }
    failover.execute(&*set_back_before(lost)).await.unwrap();
    failover.commit().await.unwrap();

    let other = World::open(&world.url).await;
    let instead = other
        .record([observed(noms(3), facts("LEI", "Jim", "Doe"))])
        .await;
    assert_eq!(instead, lost);
    let shown = |who| format!("select count(*) from read.cases where noms = '{}'", noms(who));
    let folded = async {
        while number(&owner, &shown(3)).await == 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(TIMEOUT, folded).await.unwrap();
    assert_eq!(number(&owner, &shown(2)).await, 0);
}

fn set_back_before(position: Position) -> String {
    format!(
        "set local session_replication_role = replica;
         delete from es.command where first_position = {position};
         delete from es.stream where last_position = {position};
         delete from es.event where position = {position};
         update es.head set position = {position} - 1"
    )
}
