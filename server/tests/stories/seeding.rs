//! A seeded estate is like any other.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, NaiveDate, Utc};
use domain::{london_date, policy::PolicyVersion};
use event_store::{ConnectOptions, Log, MasterKey, MemoryLog, Position, PostgresLog};
use projections::{Model, Projector, ProjectorOptions, ReadModels, RebuildOptions, rebuild};
use server::seed::{SeedError, SeedPlan, begun, seed};
use sqlx::PgPool;
use uuid::Uuid;
use workbench::testing::fresh_database;

/// Longer than anything here takes.
const TIMEOUT: Duration = Duration::from_mins(1);

const TINY: SeedPlan = SeedPlan {
    prisons: 2,
    prisoners: 12,
    years: 2,
    seed: 1,
    until: NaiveDate::from_ymd_opt(2026, 6, 1).unwrap(),
};

async fn told(plan: &SeedPlan, recorded_at: DateTime<Utc>) -> MemoryLog {
    let log = MemoryLog::with_clock(move || recorded_at);
    seed(Arc::new(log.clone()), plan, |_| {}).await.unwrap();
    log
}

#[tokio::test]
async fn without_a_last_day_a_seeding_goes_on_to_the_one_that_it_was_begun_with() {
    let midnight: DateTime<Utc> = "2026-05-31T23:00:00Z".parse().unwrap();
    assert_eq!(london_date(midnight), TINY.until);
    let asked_later = SeedPlan {
        until: NaiveDate::from_ymd_opt(2026, 6, 9).unwrap(),
        ..TINY
    };
    for begun_at in [midnight, midnight + Duration::from_hours(25)] {
        let log = told(&TINY, begun_at).await;
        assert_eq!(begun(&log, asked_later).await.unwrap(), Some(TINY));
    }
    let log = told(&TINY, midnight).await;
    let other = SeedPlan {
        seed: 2,
        ..asked_later
    };
    assert_eq!(begun(&log, other).await.unwrap(), None);
    assert_eq!(begun(&MemoryLog::new(), asked_later).await.unwrap(), None);

    let head = log.head().await.unwrap();
    let refused = seed(Arc::new(log.clone()), &asked_later, |_| {}).await;
    assert!(matches!(refused, Err(SeedError::OtherData)), "{refused:?}");
    seed(Arc::new(log.clone()), &TINY, |_| {}).await.unwrap();
    assert_eq!(log.head().await.unwrap(), head, "nothing is told twice");
}

#[tokio::test]
async fn whoever_gets_a_case_was_a_pom_before() {
    let log = told(&TINY, Utc::now()).await;
    let events = log.read_after(Position::START, u32::MAX).await.unwrap();
    let times = |onboarded: bool| {
        let those = events
            .iter()
            .filter(move |event| (event.event_type == "PomOnboarded") == onboarded);
        those.map(|event| event.decode_metadata().unwrap().occurred_at)
    };
    assert!(times(true).max().unwrap() < times(false).min().unwrap());
}

#[tokio::test]
async fn a_seeding_puts_no_message_into_the_outbox() {
    let log = told(&TINY, Utc::now()).await;
    let allocated = log.read_after(Position::START, u32::MAX).await.unwrap();
    assert!(
        allocated
            .iter()
            .any(|event| event.event_type == "PrimaryPomAllocated")
    );
    assert!(log.outgoing().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_read_models_of_a_seeded_estate_equal_a_rebuild_row_for_row() {
    let database = fresh_database().await;
    event_store::migrate(database.url()).await.unwrap();
    let pool = event_store::connect(database.url(), ConnectOptions::default())
        .await
        .unwrap();
    let log = PostgresLog::open(pool.clone(), Some(MasterKey::new([7; 32])))
        .await
        .unwrap();
    let log = Arc::new(log);
    let models = ReadModels::new(pool, log.clone(), PolicyVersion::RoshBased);
    let projector = Projector::start(&models, ProjectorOptions::new(Uuid::now_v7())).unwrap();
    seed(log.clone(), &TINY, |_| {}).await.unwrap();
    let head = log.head().await.unwrap();
    models.reached(head, TIMEOUT).await.unwrap();
    projector.stop().await;

    let options = RebuildOptions {
        models: &Model::ALL,
        keep_previous: true,
        workers: 2,
        progress: &|_| {},
    };
    rebuild(&log, options).await.unwrap();
    let owner = PgPool::connect(database.url()).await.unwrap();
    for model in Model::ALL {
        let (live, rebuilt) = (format!("rm.{model}_1"), format!("rm.{model}_2"));
        let counted = format!(
            "select (select count(*) from {live}), (select count(*) from \
             ((table {live} except table {rebuilt}) union all (table {rebuilt} except table {live})) d)"
        );
        let (rows, differences): (i64, i64) = sqlx::query_as(&counted).fetch_one(&owner).await.unwrap();
        assert!(rows > 0, "{model}");
        assert_eq!(differences, 0, "{model}");
    }
}
