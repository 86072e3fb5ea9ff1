//! After an erasure the files of the database hold nothing of the erased, once the tables are written anew.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use domain::{PomPosition, allocation::AllocationEvent, policy::OverrideReason};
use event_store::PostgresLog;
use memchr::memmem;
use projections::{
    AwaitingRewrite, BuildStatus, Model, RebuildError, RebuildOptions, Rewriter, rebuild, rewrite,
};
use sqlx::{Executor, PgPool};
use uuid::Uuid;

use crate::{
    erasure::forgotten,
    lists::{listed, query},
    support::{
        TIMEOUT, World,
        events::{allocation, choice, day, facts, noon, observed, onboarded},
        noms,
    },
};

/// What nobody else in the cluster is called.
const MARKS: [&str; 5] = [
    "QVENTINIUS",
    "Xylander-Vossberg",
    "Z-9-QVX",
    "qventinius",
    "xylander",
];

/// Where the database keeps its tables; none when that cannot be read, as on another machine.
async fn files(owner: &PgPool) -> Option<PathBuf> {
    let (directory, database): (String, String) = sqlx::query_as(
        "select current_setting('data_directory'), oid::text from pg_database where datname = current_database()",
    )
    .fetch_one(owner)
    .await
    .unwrap();
    let files = Path::new(&directory).join("base").join(database);
    fs::read_dir(&files).is_ok().then_some(files)
}

/// Which of these bytes are in the files, when everything is on disk.
async fn found<'m>(owner: &PgPool, files: &Path, marks: &[&'m [u8]]) -> Vec<&'m [u8]> {
    owner.execute("checkpoint").await.unwrap();
    let contents: Vec<Vec<u8>> = fs::read_dir(files)
        .unwrap()
        .filter_map(|file| fs::read(file.unwrap().path()).ok())
        .collect();
    let is_in = |mark: &[u8]| contents.iter().any(|bytes| memmem::find(bytes, mark).is_some());
    marks.iter().copied().filter(|mark| is_in(mark)).collect()
}

/// Somebody with a name, a cell and a reason that nobody else has, and somebody else.
async fn somebody(world: &World) {
    let mut odd = facts("LEI", MARKS[0], MARKS[1]);
    odd.location = Some(MARKS[2].to_owned().into());
    odd.date_of_birth = day("1961-02-03").into();
    let mut choice = choice("LEI", 101, noon("2026-02-01"));
    choice.overridden = Some(domain::allocation::Override {
        reasons: vec![OverrideReason::Suitability],
        suitability_detail: Some(format!("{} asked", MARKS[0]).into()),
        other_detail: None,
    });
    world
        .see([
            observed(noms(1), odd),
            allocation(
                noms(1),
                noon("2026-02-01"),
                &[AllocationEvent::PrimaryPomAllocated(choice)],
            ),
            observed(noms(2), facts("LEI", "Frida", "Muster")),
            onboarded("LEI", 101, PomPosition::Prison),
        ])
        .await;
}

async fn erase(log: &PostgresLog) {
    log.keyring().erase(noms(1).as_str(), "asked for").await.unwrap();
}

async fn key(owner: &PgPool) -> Vec<u8> {
    sqlx::query_scalar("select wrapped_key from es.subject_key where subject_id = $1")
        .bind(noms(1).as_str())
        .fetch_one(owner)
        .await
        .unwrap()
}

#[tokio::test]
async fn once_tables_are_written_anew_their_files_hold_nothing_of_the_erased() {
    let world = World::new().await;
    let _runner = world.project();
    somebody(&world).await;
    let owner = world.owner().await;
    let Some(files) = files(&owner).await else { return };
    let key = key(&owner).await;
    let date_of_birth = b"1961-02-03".as_slice();
    let marks: Vec<&[u8]> = MARKS
        .iter()
        .map(|mark| mark.as_bytes())
        .chain([date_of_birth, &key])
        .collect();

    assert_eq!(AwaitingRewrite::now(&world.pool).await.unwrap(), None);
    erase(&world.log).await;
    forgotten(&owner, MARKS[0]).await;
    let dead = found(&owner, &files, &marks).await;
    assert!(!dead.is_empty(), "rows that are dead keep what they held");
    assert!(
        AwaitingRewrite::now(&world.pool)
            .await
            .unwrap()
            .is_some_and(|erased| erased.people() == 1)
    );

    assert_eq!(rewrite(&world.log).await.unwrap(), 1);
    let none: Vec<&[u8]> = Vec::new();
    assert_eq!(found(&owner, &files, &marks).await, none);
    assert_eq!(AwaitingRewrite::now(&world.pool).await.unwrap(), None);
    assert_eq!(rewrite(&world.log).await.unwrap(), 0);

    // Readers noticed nothing, and the log goes on.
    world.see([observed(noms(3), facts("LEI", "Gerda", "Neu"))]).await;
    let list = listed(&world.models, &query("LEI", None, "2026-07-01")).await;
    assert_eq!(list, [noms(2), noms(3)]);
}

#[tokio::test]
async fn builds_that_were_kept_go_when_tables_are_written_anew() {
    let world = World::new().await;
    let _runner = world.project();
    somebody(&world).await;
    let options = RebuildOptions {
        models: &Model::ALL,
        keep_previous: true,
        workers: 1,
        progress: &|_| (),
    };
    rebuild(&world.log, options).await.unwrap();
    erase(&world.log).await;
    forgotten(&world.owner().await, MARKS[0]).await;
    assert_eq!(rewrite(&world.log).await.unwrap(), 1);
    let builds = world.models.status().await.unwrap();
    assert_eq!(builds.len(), 3, "{builds:?}");
    assert!(builds.iter().all(|build| build.status == BuildStatus::Live));
}

#[tokio::test]
async fn tables_are_not_written_anew_before_the_read_models_have_forgotten() {
    let world = World::new().await;
    let runner = world.project();
    somebody(&world).await;
    runner.stop().await;
    erase(&world.log).await;
    let refused = rewrite(&world.log).await;
    assert!(
        matches!(refused, Err(RebuildError::NotForgotten(Model::Cases))),
        "{refused:?}"
    );
    let waiting = AwaitingRewrite::now(&world.pool).await.unwrap();
    assert!(waiting.is_some_and(|erased| erased.age < Duration::from_mins(10)));
    let builds = world.models.status().await.unwrap();
    assert_eq!(builds.len(), 3, "what was begun is gone: {builds:?}");
}

#[tokio::test]
async fn the_service_writes_tables_anew_by_itself_once_an_erasure_is_old_enough() {
    let world = World::new().await;
    let _runner = world.project();
    somebody(&world).await;
    erase(&world.log).await;
    forgotten(&world.owner().await, MARKS[0]).await;
    let log = Arc::new(world.log.clone());
    let rewriter = Rewriter::start(log, Duration::ZERO, Uuid::now_v7());
    let rewritten = async {
        while AwaitingRewrite::now(&world.pool).await.unwrap().is_some() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(TIMEOUT, rewritten).await.unwrap();
    rewriter.stop().await;
}
