//! The physical limit without group commit: each event a single-row insert that is committed by itself.

use sqlx::{Executor, PgPool};

use crate::clients::Clients;

const TABLE: &str = "
    create table plain_event (
        position bigserial primary key, stream_id text not null, version bigint not null, event_id uuid not null,
        event_type text not null, payload jsonb not null, metadata jsonb not null,
        recorded_at timestamptz not null default now(), unique (stream_id, version))";

const INSERT: &str = "
    insert into plain_event (stream_id, version, event_id, event_type, payload, metadata)
    values ($1, $2, $3, $4, $5::text::jsonb, $6::text::jsonb)";

/// Sixteen clients that insert events of the size that the bus makes.
pub(crate) async fn clients(pool: &PgPool, payload: &str, metadata: &str) -> Clients {
    pool.execute(TABLE).await.unwrap();
    Clients::new(16, |client| {
        let (pool, payload, metadata) = (pool.clone(), payload.to_owned(), metadata.to_owned());
        let mut version = 0_i64;
        move || {
            version += 1;
            let (pool, payload, metadata) = (pool.clone(), payload.clone(), metadata.clone());
            async move {
                sqlx::query(INSERT)
                    .bind(format!("allocation-{client}"))
                    .bind(version)
                    .bind(uuid::Uuid::now_v7())
                    .bind("PrimaryPomReallocated")
                    .bind(payload)
                    .bind(metadata)
                    .execute(&pool)
                    .await
                    .unwrap();
            }
        }
    })
}
