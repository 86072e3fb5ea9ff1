//! Several replicas bring one database up to date at once, and the log keeps room for what comes.

use event_store::{ConnectOptions, MigrateError, PostgresLog, migrate, migrate_or_look};
use futures::future::join_all;
use sqlx::{Connection, Executor, PgConnection};
use workbench::testing::fresh_database;

use crate::support::Store;

#[tokio::test]
async fn replicas_may_migrate_at_the_same_time_and_again() {
    let database = fresh_database().await;
    for outcome in join_all((0..4).map(|_| migrate(database.url()))).await {
        outcome.unwrap();
    }
    migrate(database.url()).await.unwrap();
}

#[tokio::test]
async fn partitions_are_made_ahead_of_the_head() {
    let store = Store::fresh().await;
    let count = "select count(*) from pg_inherits where inhparent = 'es.event'::regclass";
    let partitions: i64 = sqlx::query_scalar(count).fetch_one(&store.owner).await.unwrap();
    assert_eq!(partitions, 5);
    store
        .owner
        .execute("update es.head set position = 45000000")
        .await
        .unwrap();
    migrate(store.database.url()).await.unwrap();
    let partitions: i64 = sqlx::query_scalar(count).fetch_one(&store.owner).await.unwrap();
    assert_eq!(partitions, 7);
    let refused = store.owner.execute("truncate es.event_0007").await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "23001");
}

#[tokio::test]
async fn what_is_wrong_is_said_without_the_password() {
    let malformed = migrate("not a url").await.unwrap_err();
    assert!(matches!(malformed, MigrateError::Url));
    let unreachable = migrate("postgres://someone:s3cret@127.0.0.1:1/none")
        .await
        .unwrap_err();
    assert!(matches!(unreachable, MigrateError::Connect(_)));
    assert!(!format!("{unreachable} {unreachable:?}").contains("s3cret"));
}

/// The address of a login that owns nothing, for the same database.
async fn other_login(store: &Store, name: &str) -> String {
    let create = format!("create role {name} login");
    store.owner.execute(create.as_str()).await.unwrap();
    let owner = store.database.url();
    let (_, place) = owner.split_once('@').unwrap();
    format!("postgres://{name}@{place}")
}

#[tokio::test]
async fn a_login_that_owns_nothing_serves_what_the_owner_migrated() {
    let store = Store::fresh().await;
    let url = other_login(&store, "server_of_the_log").await;
    let stranger = migrate_or_look(&url).await.unwrap_err();
    assert!(matches!(stranger, MigrateError::Look(_)), "{stranger:?}");
    let grant = "grant allocations_app to server_of_the_log";
    store.owner.execute(grant).await.unwrap();
    migrate_or_look(&url).await.unwrap();

    let pool = event_store::connect(&url, ConnectOptions::default())
        .await
        .unwrap();
    let mut connection = pool.acquire().await.unwrap();
    connection.execute("reset role").await.unwrap();
    for forbidden in ["delete from es.event", "alter table es.event disable trigger all"] {
        let refused = connection.execute(forbidden).await.unwrap_err();
        let code = refused.as_database_error().unwrap().code().unwrap();
        assert_eq!(code, "42501", "{forbidden} by the login itself");
    }

    let forget = "delete from _sqlx_migrations where version = 12";
    store.owner.execute(forget).await.unwrap();
    let behind = migrate_or_look(&url).await.unwrap_err();
    assert!(behind.to_string().contains("lacks migrations [12]"), "{behind}");
}

#[tokio::test]
async fn the_owner_migrates_when_the_service_starts() {
    let database = fresh_database().await;
    migrate_or_look(database.url()).await.unwrap();
    migrate_or_look(database.url()).await.unwrap();
}

/// A database without our schema, and the address of a login that is no superuser.
async fn unmigrated(name: &str, attributes: &str, owns_it: bool) -> (PgConnection, String) {
    let database = fresh_database().await;
    // Tests share a cluster, and with it the role.
    migrate(fresh_database().await.url()).await.unwrap();
    let mut superuser = PgConnection::connect(database.url()).await.unwrap();
    let create = format!("create role {name} login {attributes}");
    superuser.execute(create.as_str()).await.unwrap();
    if owns_it {
        let own = format!(
            "do $$ begin execute format('alter database %I owner to {name}', current_database()); end $$"
        );
        superuser.execute(own.as_str()).await.unwrap();
    }
    let (_, place) = database.url().split_once('@').unwrap();
    (superuser, format!("postgres://{name}@{place}"))
}

/// What the login is told to have run.
async fn told(url: &str) -> Vec<String> {
    match migrate(url).await {
        Err(MigrateError::NotAllowed { lacking }) => lacking,
        other => panic!("{other:?}"),
    }
}

async fn migrates_and_serves(url: &str) {
    migrate(url).await.unwrap();
    migrate_or_look(url).await.unwrap();
    let pool = event_store::connect(url, ConnectOptions::default()).await;
    PostgresLog::open(pool.unwrap(), None).await.unwrap();
}

#[tokio::test]
async fn an_owner_who_is_no_superuser_is_told_the_grant_that_is_missing_and_migrates_with_it() {
    let (mut superuser, url) = unmigrated("plain_owner", "", true).await;
    let lacking = told(&url).await;
    assert_eq!(lacking, ["grant allocations_app to plain_owner"]);
    superuser.execute(&*lacking[0]).await.unwrap();
    migrates_and_serves(&url).await;
}

#[tokio::test]
async fn an_owner_who_may_create_roles_migrates_or_is_told_the_grant() {
    let (mut superuser, url) = unmigrated("making_owner", "createrole", true).await;
    let version: String = sqlx::query_scalar("show server_version_num")
        .fetch_one(&mut superuser)
        .await
        .unwrap();
    if version.parse::<u32>().unwrap() >= 160_000 {
        superuser.execute(&*told(&url).await[0]).await.unwrap();
    }
    migrates_and_serves(&url).await;
}

#[tokio::test]
async fn a_login_with_no_rights_at_all_migrates_once_all_that_it_was_told_was_run() {
    let (mut superuser, url) = unmigrated("bare_login", "", false).await;
    let lacking = told(&url).await;
    assert_eq!(lacking.len(), 3, "{lacking:?}");
    for statement in &lacking {
        superuser.execute(statement.as_str()).await.unwrap();
    }
    migrates_and_serves(&url).await;
}

#[tokio::test]
async fn a_login_that_owns_nothing_is_told_whose_the_schema_is() {
    let store = Store::fresh().await;
    let url = other_login(&store, "another_migrator").await;
    let refused = migrate(&url).await.unwrap_err();
    assert!(
        matches!(&refused, MigrateError::NotOwner(owner) if owner == "postgres"),
        "{refused:?}"
    );
}
