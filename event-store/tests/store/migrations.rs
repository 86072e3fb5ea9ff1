//! Several replicas bring one database up to date at once, and the log keeps room for what comes.

use event_store::{ConnectOptions, MigrateError, migrate, migrate_or_look};
use futures::future::join_all;
use sqlx::Executor;
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
