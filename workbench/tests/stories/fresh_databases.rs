//! Tests get databases of their own.

use workbench::testing::fresh_database;

use crate::common::{execute_at, number};

#[tokio::test]
async fn what_one_test_writes_another_never_sees() {
    let (mine, yours) = tokio::join!(fresh_database(), fresh_database());
    execute_at(mine.url(), "CREATE TABLE note AS SELECT 1 AS id").await;
    execute_at(
        yours.url(),
        "CREATE TABLE note AS SELECT generate_series(1, 2) AS id",
    )
    .await;
    assert_eq!(number(mine.url(), "SELECT count(*) FROM note").await, 1);
    assert_eq!(number(yours.url(), "SELECT count(*) FROM note").await, 2);
}

#[tokio::test]
async fn a_second_runtime_shares_the_cluster() {
    let database = fresh_database().await;
    assert_eq!(
        number(
            database.url(),
            "SELECT current_setting('max_connections')::bigint"
        )
        .await,
        200
    );
}
