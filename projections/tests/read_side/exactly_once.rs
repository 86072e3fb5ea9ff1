//! Every event counts exactly once in every read model, whoever folds and however they end.

use std::time::Duration;

use crate::support::{
    TIMEOUT, World,
    events::{allocated, day, facts, informed, noon, observed, onboarded, prison, staff},
    histories::History,
    noms, quick,
};
use domain::{PomPosition, Tier};
use event_store::Position;
use projections::{AsOf, BuildStatus, LEASE, Model, Projector, ReadModelError};
use sqlx::Executor;

const PRISONERS: usize = 12;

/// The rows are what the events of each stream fold to, one by one; a doubled or lost event shows in versions and terms.
async fn assert_rows_are_the_fold(world: &World) {
    let today = day("2026-07-01");
    let head = world.caught_up().await;
    for number in 0..PRISONERS {
        let noms = noms(number);
        let past = AsOf::Position(head);
        assert_eq!(
            world.models.allocation(noms).await.unwrap(),
            world.models.allocation_as_of(noms, past).await.unwrap()
        );
        assert_eq!(
            world.models.case(noms, today).await.unwrap(),
            world.models.case_as_of(noms, past, today).await.unwrap()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_runners_leave_nothing_half_done() {
    let world = World::new().await;
    let mut history = History::new(1, PRISONERS);
    for kill_after in [0, 3, 7, 15, 30, 60] {
        world.record(history.by_ref().take(40)).await;
        let url = world.url.clone();
        // A runtime of its own, which is torn down wherever its tasks happen to be.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let process = World::open(&url).await;
                let _runner = process.project();
                tokio::time::sleep(Duration::from_millis(kill_after)).await;
            });
            runtime.shutdown_background();
        })
        .join()
        .unwrap();
    }
    let _runner = world.project();
    assert_rows_are_the_fold(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runners_and_a_stolen_lease_count_nothing_twice() {
    let world = World::new().await;
    let other = World::open(&world.url).await;
    let (_one, _two) = (world.project(), other.project());
    let owner = world.owner().await;
    let mut history = History::new(2, PRISONERS);
    for _ in 0..8 {
        world.record(history.by_ref().take(25)).await;
        // As if the database saw the lease end while its owner still believed in it.
        sqlx::query("update es.lease set until = '-infinity' where name = $1")
            .bind(LEASE)
            .execute(&owner)
            .await
            .unwrap();
    }
    assert_rows_are_the_fold(&world).await;
    other.caught_up().await;
    assert_eq!(other.models.position(), world.models.position());
}

#[tokio::test]
async fn an_owner_with_an_old_fence_changes_nothing() {
    let world = World::new().await;
    let runner = world.project();
    world.see(History::new(3, PRISONERS).take(20)).await;
    let owner = world.owner().await;
    // A successor that the running owner has not heard of.
    let fence: i64 = sqlx::query_scalar("update es.projection set fence = fence + 1000 returning fence")
        .fetch_one(&owner)
        .await
        .unwrap();
    let before: Vec<(String, i64)> = sqlx::query_as("select name, position from es.projection order by name")
        .fetch_all(&owner)
        .await
        .unwrap();
    world.record(History::new(4, PRISONERS).take(20)).await;
    let waited = world
        .models
        .reached(Position::new(before[0].1 + 1), Duration::from_millis(500))
        .await;
    assert!(
        matches!(waited, Err(ReadModelError::NotYetProjected { .. })),
        "{waited:?} at fence {fence}"
    );
    let after: Vec<(String, i64)> = sqlx::query_as("select name, position from es.projection order by name")
        .fetch_all(&owner)
        .await
        .unwrap();
    assert_eq!(before, after);
    let rows: i64 = sqlx::query_scalar("select count(*) from read.cases where position > $1")
        .bind(before[0].1)
        .fetch_one(&owner)
        .await
        .unwrap();
    assert_eq!(rows, 0);
    runner.stop().await;
    // The lease's fence passes that of the lost successor.
    sqlx::query("update es.lease set fence = fence + 2000")
        .execute(&owner)
        .await
        .unwrap();
    let _runner = world.project();
    assert_rows_are_the_fold(&world).await;
}

#[tokio::test]
async fn a_stopped_runner_passes_its_work_on_at_once() {
    let world = World::new().await;
    let other = World::open(&world.url).await;
    let long = projections::ProjectorOptions {
        lease: Duration::from_hours(1),
        ..quick()
    };
    let one = Projector::start(&world.models, long.clone()).unwrap();
    world.see(History::new(5, PRISONERS).take(5)).await;
    one.stop().await;
    let _two = Projector::start(
        &other.models,
        projections::ProjectorOptions {
            owner: uuid::Uuid::now_v7(),
            ..long
        },
    )
    .unwrap();
    other.see(History::new(6, PRISONERS).take(5)).await;
}

#[tokio::test]
async fn a_poisoned_model_stops_alone() {
    let world = World::new().await;
    let runner = world.project();
    let case = noms(1);
    world
        .see([
            observed(case, facts("LEI", "John", "Doe")),
            onboarded("LEI", 101, PomPosition::Prison),
        ])
        .await;

    let mut poison = onboarded("LEI", 102, PomPosition::Prison);
    poison.events[0].1 = serde_json::json!({"PomOnboarded": {"position": "DUKE"}});
    let poisoned = world.record([poison]).await;
    let after = world
        .see([
            informed(case, Some(Tier::A), None),
            onboarded("LEI", 103, PomPosition::Prison),
        ])
        .await;

    let status = world.models.status().await.unwrap();
    let poms = status.iter().find(|build| build.model == Model::Poms).unwrap();
    assert_eq!(
        (poms.status, poms.position),
        (BuildStatus::Stopped, Position::new(poisoned.get() - 1))
    );
    let error = poms.error.clone().unwrap();
    assert!(
        error.contains(&poisoned.to_string()) && !error.contains("DUKE"),
        "{error}"
    );
    assert!(
        status
            .iter()
            .filter(|build| build.model != Model::Poms)
            .all(|build| build.position == after)
    );

    let stopped = world.models.reached_by(Model::Poms, after, TIMEOUT).await;
    assert!(
        matches!(
            stopped,
            Err(ReadModelError::Stopped {
                model: Model::Poms,
                ..
            })
        ),
        "{stopped:?}"
    );
    let view = world.models.case(case, day("2026-07-01")).await.unwrap().unwrap();
    assert_eq!(view.case.information.tier, Some(Tier::A));
    assert!(
        world
            .models
            .pom(prison("LEI"), staff(103), day("2026-07-01"))
            .await
            .unwrap()
            .is_none()
    );

    // A new owner tries again: the program may have learnt to read it. This one has not.
    runner.stop().await;
    let _runner = world.project();
    world.see([allocated(case, "LEI", 101, noon("2026-02-01"))]).await;
    let stopped = world.models.reached_by(Model::Poms, after, TIMEOUT).await;
    assert!(
        matches!(
            stopped,
            Err(ReadModelError::Stopped {
                model: Model::Poms,
                ..
            })
        ),
        "{stopped:?}"
    );
}

#[tokio::test]
async fn a_row_that_the_database_refuses_stops_its_model_at_that_event() {
    let world = World::new().await;
    let mut impossible = facts("LEI", "John", "Doe");
    // They come of age on a date that our calendar has and the database cannot read.
    impossible.date_of_birth = chrono::NaiveDate::from_ymd_opt(99_982, 1, 1).unwrap().into();
    let before = world.record(History::new(9, PRISONERS).take(30)).await;
    world.record([observed(noms(500), impossible)]).await;
    let last = world
        .record([allocated(noms(500), "LEI", 101, noon("2026-02-01"))])
        .await;
    let _runner = world.project();
    world.models.reached(last, TIMEOUT).await.unwrap();
    let status = world.models.status().await.unwrap();
    let cases = status.iter().find(|build| build.model == Model::Cases).unwrap();
    assert_eq!((cases.status, cases.position), (BuildStatus::Stopped, before));
    assert!(world.models.allocation(noms(500)).await.unwrap().is_some());
}

/// Plans are made once. Those of a table that was counted while it was small must do when it is large.
#[tokio::test]
async fn a_step_reads_the_rows_it_writes_and_no_others() {
    const SMALL: usize = 60;
    const LARGE: usize = 500;
    const STEPS: i64 = 30;
    let world = World::new().await;
    let _runner = world.project();
    let owner = world.owner().await;
    let arrive = |number| observed(noms(number), facts("LEI", "John", "Doe"));
    let allocate = |number| allocated(noms(number), "LEI", 101, noon("2026-01-01"));
    world.see((0..SMALL).map(arrive)).await;
    owner.execute("analyze rm.cases_1").await.unwrap();
    world.see([allocate(0)]).await;
    world.see((SMALL..LARGE).map(arrive)).await;

    let counted = async || {
        let counted: (i64, i64) = sqlx::query_as(
            "select n_tup_upd, idx_tup_read from pg_stat_user_tables t join pg_stat_user_indexes i using (relid)
             where t.relname = 'cases_1' and i.indexrelname = 'cases_1_pkey'",
        )
        .fetch_one(&owner)
        .await
        .unwrap();
        counted
    };
    for number in 1..=usize::try_from(STEPS).unwrap() {
        world.see([allocate(number)]).await;
    }
    let (_, read) = loop {
        let counted = counted().await;
        if counted.0 > STEPS {
            break counted;
        }
        tokio::task::yield_now().await;
    };
    assert!(read < 10 * STEPS, "{read} rows were found through the index");
}
