//! A cluster keeps what was committed, whatever ends it, and several run side by side.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
};

use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use workbench::{WorkbenchError, postgres::Cluster};

use crate::common::{durable, execute, execute_at, folder, number};

const NOTES: &str = "SELECT count(*) FROM note";

async fn with_a_note(cluster: &Cluster) {
    execute(cluster, "CREATE TABLE note AS SELECT 'kept' AS text").await;
}

#[tokio::test]
async fn a_second_start_finds_the_data_at_the_same_address() {
    let folder = folder();
    let options = durable(&folder);
    assert!(!Cluster::is_made(&options.data_dir));
    assert!(!options.data_dir.exists(), "looking makes nothing");
    let mut first = Cluster::start(options).await.unwrap();
    with_a_note(&first).await;
    let url = first.url("postgres");
    first.stop().await.unwrap();

    let options = durable(&folder);
    assert!(Cluster::is_made(&options.data_dir));
    let second = Cluster::start(options).await.unwrap();
    assert_eq!(second.url("postgres"), url);
    assert_eq!(number(&url, NOTES).await, 1);
}

/// A folder that root keeps to itself: Postgres, which runs as somebody else, cannot pass through.
fn closed_folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    folder
}

#[tokio::test]
async fn a_folder_made_anew_holds_nothing_of_the_removed_one_wherever_its_data_was() {
    let closed = closed_folder();
    let mut removed = Cluster::start(durable(&closed)).await.unwrap();
    with_a_note(&removed).await;
    let old = removed.folder().to_owned();
    removed.stop().await.unwrap();
    fs::remove_dir_all(closed.path().join("postgres")).unwrap();

    let mut anew = Cluster::start(durable(&closed)).await.unwrap();
    let notes = "SELECT count(*) FROM pg_class WHERE relname = 'note'";
    assert_eq!(number(&anew.url("postgres"), notes).await, 0);
    assert!(
        anew.folder() == old || !old.exists(),
        "{} is nobody's and still there",
        old.display()
    );
    anew.stop().await.unwrap();
    fs::remove_dir_all(anew.folder()).unwrap();
}

#[tokio::test]
async fn a_folder_that_was_moved_finds_its_data_again_wherever_that_is() {
    let (here, there) = (closed_folder(), closed_folder());
    let mut cluster = Cluster::start(durable(&here)).await.unwrap();
    with_a_note(&cluster).await;
    cluster.stop().await.unwrap();
    fs::rename(here.path().join("postgres"), there.path().join("postgres")).unwrap();

    let mut moved = Cluster::start(durable(&there)).await.unwrap();
    assert_eq!(number(&moved.url("postgres"), NOTES).await, 1);
    moved.stop().await.unwrap();
    fs::remove_dir_all(moved.folder()).unwrap();
}

#[tokio::test]
async fn what_was_committed_survives_a_killed_server() {
    let folder = folder();
    let mut cluster = Cluster::start(durable(&folder)).await.unwrap();
    let url = cluster.url("postgres");
    with_a_note(&cluster).await;
    cluster.kill().unwrap();
    assert!(matches!(cluster.kill(), Err(WorkbenchError::NotRunning { .. })));

    cluster.restart().await.unwrap();
    assert_eq!(cluster.url("postgres"), url);
    assert_eq!(number(&url, NOTES).await, 1);
}

#[tokio::test]
async fn two_clusters_run_at_once_and_know_nothing_of_each_other() {
    let (here, there) = (folder(), folder());
    let (one, other) = tokio::join!(Cluster::start(durable(&here)), Cluster::start(durable(&there)));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_ne!(one.port(), other.port());
    with_a_note(&one).await;
    with_a_note(&other).await;
    assert_eq!(number(&other.url("postgres"), NOTES).await, 1);
}

#[tokio::test]
async fn a_running_cluster_is_used_and_not_stopped_by_who_came_later() {
    let folder = folder();
    let owner = Cluster::start(durable(&folder)).await.unwrap();
    let mut guest = Cluster::start(durable(&folder)).await.unwrap();
    assert_eq!(guest.url("postgres"), owner.url("postgres"));
    guest.stop().await.unwrap();
    with_a_note(&owner).await;
    assert_eq!(number(&owner.url("postgres"), NOTES).await, 1);
}

#[tokio::test]
async fn a_server_is_stopped_by_its_last_user() {
    let folder = folder();
    let mut owner = Cluster::start(durable(&folder)).await.unwrap();
    let mut guest = Cluster::start(durable(&folder)).await.unwrap();
    let url = guest.url("postgres");
    tokio::select! {
        stopped = owner.stop() => panic!("stopped under its guest: {stopped:?}"),
        one = number(&url, "SELECT count(*) FROM pg_sleep(1)") => assert_eq!(one, 1),
    }
    guest.stop().await.unwrap();
    owner.stop().await.unwrap();
    assert!(PgConnection::connect(&url).await.is_err(), "nobody uses it");
}

#[tokio::test]
async fn who_wants_a_server_of_their_own_waits_until_another_has_ended() {
    let folder = folder();
    let mut other = Cluster::start(durable(&folder)).await.unwrap();
    let url = other.url("postgres");
    let mut own = Box::pin(Cluster::start_own(durable(&folder)));
    tokio::select! {
        started = &mut own => panic!("on the server of another: {started:?}"),
        one = number(&url, "SELECT count(*) FROM pg_sleep(1)") => assert_eq!(one, 1),
    }
    let (stopped, own) = tokio::join!(other.stop(), own);
    stopped.unwrap();
    with_a_note(&own.unwrap()).await;
}

#[tokio::test]
async fn a_durable_cluster_asks_for_its_password_and_shows_it_to_nobody() {
    let folder = folder();
    let cluster = Cluster::start(durable(&folder)).await.unwrap();
    let without = format!(
        "postgres://postgres@127.0.0.1:{}/postgres?sslmode=disable",
        cluster.port()
    );
    let refused = <sqlx::PgConnection as sqlx::Connection>::connect(&without).await;
    assert!(refused.is_err(), "a connection without password was accepted");

    let password = fs::metadata(cluster.folder().join("password")).unwrap();
    assert_eq!(password.permissions().mode() & 0o777, 0o600);
    let data = fs::metadata(cluster.folder().join("data")).unwrap();
    assert_ne!(data.uid(), 0, "Postgres never runs as root");
}

#[tokio::test]
async fn databases_are_made_once_and_copied_from_templates() {
    let folder = folder();
    let cluster = Cluster::start(durable(&folder)).await.unwrap();
    cluster.create_database("model").await.unwrap();
    cluster.create_database("model").await.unwrap();
    execute_at(
        &cluster.url("model"),
        "CREATE TABLE note AS SELECT 'copied' AS text",
    )
    .await;
    cluster
        .create_database_from_template("copy", "model")
        .await
        .unwrap();
    assert_eq!(number(&cluster.url("copy"), NOTES).await, 1);

    let quoted = cluster.create_database("a\"; DROP DATABASE model; --").await;
    assert!(matches!(quoted, Err(WorkbenchError::DatabaseName { .. })));
}

#[tokio::test]
async fn a_setting_that_postgres_does_not_know_is_reported_in_its_own_words() {
    let folder = folder();
    let mut options = durable(&folder);
    options
        .settings
        .push(("no_such_setting".to_owned(), "on".to_owned()));
    let error = Cluster::start(options).await.unwrap_err();
    assert!(error.to_string().contains("no_such_setting"), "{error}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let folder = folder();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let mut options = durable(&folder);
    options.port = Some(port);
    let error = Cluster::start(options).await.unwrap_err();
    assert!(
        matches!(error, WorkbenchError::PortTaken { port: named } if named == port),
        "{error}"
    );
}

#[tokio::test]
async fn where_others_hold_all_connections_a_command_is_told_so() {
    let folder = folder();
    let mut options = durable(&folder);
    let few = [("max_connections", "4"), ("superuser_reserved_connections", "0")];
    options.settings = few
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
    let cluster = Cluster::start(options).await.unwrap();
    let mut held = Vec::new();
    while let Ok(connection) = PgConnection::connect(&cluster.url("postgres")).await {
        held.push(connection);
    }
    let refused = Cluster::start(durable(&folder)).await.unwrap_err();
    assert!(
        matches!(refused, WorkbenchError::NoConnectionLeft { .. }),
        "{refused:?}"
    );
    drop(held);
}
