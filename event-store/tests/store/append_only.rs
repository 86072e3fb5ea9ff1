//! Two locks on the past: triggers that refuse even the owner, and a role that may not even try.

use event_store::Log;
use serde_json::json;
use sqlx::{Executor, PgPool};

use crate::support::{Store, put, stream};

async fn code_of(pool: &PgPool, statement: &str) -> Option<String> {
    let error = pool.execute(statement).await.err()?;
    error.as_database_error()?.code().map(Into::into)
}

#[tokio::test]
async fn even_the_owner_is_refused() {
    let store = Store::fresh().await;
    put(&store.log, &stream("A1234BC"), json!(1)).await;
    for table in ["es.event", "es.event_0001", "es.event_0002"] {
        for change in [
            format!("update {table} set payload = '2'"),
            format!("update {table} set payload = '2' where false"),
            format!("delete from {table}"),
            format!("truncate {table}"),
        ] {
            assert_eq!(
                code_of(&store.owner, &change).await.as_deref(),
                Some("23001"),
                "{change}"
            );
        }
    }
    assert_eq!(
        code_of(&store.owner, "truncate es.event cascade")
            .await
            .as_deref(),
        Some("23001")
    );
    assert_eq!(store.log.head().await.unwrap().get(), 1);
}

#[tokio::test]
async fn the_service_may_read_and_append_and_nothing_else() {
    let store = Store::fresh().await;
    put(&store.log, &stream("A1234BC"), json!(1)).await;
    for forbidden in [
        "update es.event set payload = '2'",
        "delete from es.event",
        "truncate es.event",
        "delete from es.head",
        "delete from es.stream",
        "update es.command set first_position = 9",
        "delete from es.command",
        "alter table es.event disable trigger all",
        "create or replace function es.refuse_change() returns trigger language sql as $$ select null $$",
        "drop table es.event_0005",
        "delete from es.subject_key",
        "update es.checkpoint set root = root",
        "insert into es.event_0001 select * from es.event",
        "select es.enable_cqrs_inserts()",
        "insert into es.cqrs_events values ('case', 'A1234BC', 2, 'x', '1', '{}', '{}')",
    ] {
        assert_eq!(
            code_of(&store.app, forbidden).await.as_deref(),
            Some("42501"),
            "{forbidden}"
        );
    }
    let user: String = sqlx::query_scalar("select current_user::text")
        .fetch_one(&store.app)
        .await
        .unwrap();
    assert_eq!(user, "allocations_app");
}
