//! Several replicas bring one database up to date at once, and the log keeps room for what comes.

use event_store::{MigrateError, migrate};
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
