//! A rebuild makes the same rows, disturbs nobody, and can be taken back.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use domain::{PomPosition, policy::PolicyVersion};
use event_store::ConnectOptions;
use projections::{
    BuildStatus, Model, ReadModelError, ReadModels, RebuildError, RebuildOptions, drop_build, rebuild, switch,
};
use sqlx::{Executor, PgPool};

use crate::{
    lists::query,
    support::{
        World,
        events::{day, onboarded, prison},
        histories::History,
        noms,
    },
};

fn options(models: &[Model], keep_previous: bool) -> RebuildOptions<'_> {
    RebuildOptions {
        models,
        keep_previous,
        workers: 2,
        progress: &|_| (),
    }
}

/// Rows that are in one build and not, letter by letter, in the other.
async fn differences(owner: &PgPool, model: Model, one: i32, other: i32) -> i64 {
    let (one, other) = (format!("rm.{model}_{one}"), format!("rm.{model}_{other}"));
    let sql = format!(
        "select count(*) from ((table {one} except table {other}) union all (table {other} except table {one})) d"
    );
    sqlx::query_scalar(&sql).fetch_one(owner).await.unwrap()
}

async fn count(owner: &PgPool, sql: &str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(owner).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_during_writes_equals_the_live_tables_row_for_row() {
    let world = World::new().await;
    let runner = world.project();
    let mut history = History::new(11, 40);
    world.see(history.by_ref().take(400)).await;

    let done = AtomicBool::new(false);
    let writing = async {
        let mut written = 0;
        while !done.load(Ordering::Relaxed) || written < 50 {
            world.record(history.by_ref().take(5)).await;
            written += 5;
        }
    };
    let rebuilding = async {
        let report = rebuild(&world.log, options(&Model::ALL, true)).await.unwrap();
        done.store(true, Ordering::Relaxed);
        report
    };
    let (report, ()) = tokio::join!(rebuilding, writing);
    assert!(report.events >= 400);
    let head = world.caught_up().await;
    assert!(report.position <= head);
    runner.stop().await;

    let owner = world.owner().await;
    let shown: Vec<_> = world.models.status().await.unwrap();
    for model in Model::ALL {
        let statuses = shown
            .iter()
            .filter(|build| build.model == model)
            .map(|build| (build.build, build.status));
        assert_eq!(
            statuses.collect::<Vec<_>>(),
            [(1, BuildStatus::Previous), (2, BuildStatus::Live)]
        );
        // The old build stands where it was left: bring it up to date the normal way and compare.
        switch(&world.log, model, 1).await.unwrap();
        assert!(count(&owner, &format!("select count(*) from rm.{model}_2")).await > 0);
        assert_eq!(differences(&owner, model, 1, 2).await, 0, "{model}");
        let indexes = "select count(*) from pg_indexes where schemaname = 'rm' and tablename = ";
        assert_eq!(
            count(&owner, &format!("{indexes}'{model}_1'")).await,
            count(&owner, &format!("{indexes}'{model}_2'")).await
        );
    }
    assert_eq!(count(&owner, "select count(*) from es.outbox").await, 0);
    assert_eq!(
        count(&owner, "select max(position) from es.event").await,
        head.get()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_rebuilds_that_begin_together_both_succeed() {
    let world = World::new().await;
    let _runner = world.project();
    world.see(History::new(13, 40).take(200)).await;
    for _ in 0..5 {
        let again = || rebuild(&world.log, options(&Model::ALL, false));
        let (one, other) = tokio::join!(again(), again());
        assert_ne!(one.unwrap().builds, other.unwrap().builds);
    }
}

/// Questions that name several views.
#[derive(Debug, Clone, Copy)]
enum Question {
    Contract,
    Case,
    Cases,
    Poms,
}

impl Question {
    const ALL: [Self; 4] = [Self::Contract, Self::Case, Self::Cases, Self::Poms];

    async fn ask(self, models: ReadModels) -> Result<(), ReadModelError> {
        let today = day("2026-07-01");
        match self {
            Self::Contract => models.contract(noms(1)).await.map(drop),
            Self::Case => models.case(noms(1), today).await.map(drop),
            Self::Cases => models.cases(&query("LEI", None, "2026-07-01")).await.map(drop),
            Self::Poms => models.poms(prison("LEI"), None, today).await.map(drop),
        }
    }
}

/// New builds are shown in the order of [`Model::ALL`]. Whoever held a view of a later model while they wait for an earlier one
/// would wait for ever for whoever shows builds, who waits for them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_read_views_are_locked_in_one_order() {
    let world = World::new().await;
    let owner = world.owner().await;
    let one = ConnectOptions {
        max_connections: 1,
        application_name: "reader".to_owned(),
        ..ConnectOptions::default()
    };
    let pool = event_store::connect(&world.url, one).await.unwrap();
    let models = ReadModels::new(pool, Arc::new(world.log.clone()), PolicyVersion::RoshBased);
    for question in Question::ALL {
        // A statement that is prepared already locks what it names by another way than one that is not.
        question.ask(models.clone()).await.unwrap();
        for awaited in Model::ALL {
            let mut showing = owner.begin().await.unwrap();
            let lock = format!("lock table read.{awaited} in access exclusive mode");
            showing.execute(&*lock).await.unwrap();
            let asking = tokio::spawn(question.ask(models.clone()));
            while !asking.is_finished() && count(&owner, WAITING).await == 0 {
                tokio::task::yield_now().await;
            }
            for later in Model::ALL.into_iter().filter(|model| *model > awaited) {
                let held = format!("{HELD} = 'read.{later}'::regclass");
                assert_eq!(
                    count(&owner, &held).await,
                    0,
                    "{question:?} holds {later} and waits for {awaited}"
                );
            }
            showing.rollback().await.unwrap();
            asking.await.unwrap().unwrap();
        }
    }
}

const WAITING: &str = "
    select count(*) from pg_stat_activity
    where datname = current_database() and application_name = 'reader' and wait_event_type = 'Lock'";

const HELD: &str = "
    select count(*) from pg_locks join pg_stat_activity using (pid)
    where datname = current_database() and application_name = 'reader' and granted and relation";

#[tokio::test]
async fn one_model_is_rebuilt_alone_and_its_old_build_dropped() {
    let world = World::new().await;
    let _runner = world.project();
    world.see(History::new(12, 5).take(60)).await;
    let report = rebuild(&world.log, options(&[Model::Poms, Model::Poms], false))
        .await
        .unwrap();
    assert_eq!(report.builds.len(), 1);
    let builds: Vec<_> = world
        .models
        .status()
        .await
        .unwrap()
        .iter()
        .map(|b| (b.model, b.build, b.status))
        .collect();
    let live = BuildStatus::Live;
    assert_eq!(
        builds,
        [
            (Model::Allocations, 1, live),
            (Model::Cases, 1, live),
            (Model::Poms, 2, live)
        ]
    );
    world.see(History::new(13, 5).take(20)).await;

    let shown = drop_build(&world.pool, Model::Poms, 2).await;
    assert!(
        matches!(
            shown,
            Err(RebuildError::NoSuchBuild {
                model: Model::Poms,
                build: 2
            })
        ),
        "{shown:?}"
    );
    let gone = switch(&world.log, Model::Poms, 1).await;
    assert!(matches!(gone, Err(RebuildError::NoSuchBuild { .. })), "{gone:?}");
}

#[tokio::test]
async fn a_rebuild_that_meets_poison_leaves_everything_as_it_was() {
    let world = World::new().await;
    let mut poison = onboarded("LEI", 102, PomPosition::Prison);
    poison.events[0].1 = serde_json::json!({"PomOnboarded": "secret"});
    let position = world.record([poison]).await;
    match rebuild(&world.log, options(&Model::ALL, false)).await {
        Err(RebuildError::Poison(found)) => {
            assert_eq!(found.position, position);
            assert!(!found.to_string().contains("secret"));
        }
        other => panic!("{other:?}"),
    }
    let owner = world.owner().await;
    assert_eq!(
        count(
            &owner,
            "select count(*) from pg_tables where schemaname = 'rm' and tablename like '%\\_2'"
        )
        .await,
        0
    );
    assert_eq!(world.models.status().await.unwrap().len(), 3);
}

#[tokio::test]
async fn names_are_gone_from_rebuilt_rows_once_a_person_is_erased() {
    let world = World::new().await;
    let runner = world.project();
    let noms = crate::support::noms(3);
    let position = world
        .see([crate::support::events::observed(
            noms,
            crate::support::events::facts("LEI", "Erika", "Muster"),
        )])
        .await;
    // Nobody folds now, so that it is the rebuild that forgets.
    runner.stop().await;
    world
        .log
        .keyring()
        .erase(noms.as_str(), "asked for")
        .await
        .unwrap();
    rebuild(&world.log, options(&Model::ALL, false)).await.unwrap();
    world
        .models
        .reached(position, crate::support::TIMEOUT)
        .await
        .unwrap();
    let view = world.models.case(noms, day("2026-07-01")).await.unwrap().unwrap();
    assert_eq!(view.facts.last_name.known(), None);
    let owner = world.owner().await;
    assert_eq!(
        count(
            &owner,
            "select count(*) from read.cases c where c::text ilike '%muster%'"
        )
        .await,
        0
    );
}
