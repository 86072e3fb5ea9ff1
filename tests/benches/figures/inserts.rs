//! The physical limit without group commit: each event a single-row insert into a table as the log's, committed by itself.

use sqlx::{PgPool, Row, postgres::PgPoolOptions};
use uuid::Uuid;
use workbench::postgres::Cluster;

use crate::clients::Clients;

/// How many insert at the same time.
const CLIENTS: u32 = 16;

const INSERT: &str = "
    insert into es.event (
        position, stream_id, version, event_id, event_type, schema_version, payload, metadata, recorded_at, hash)
    values (nextval('plain'), $1, $2, $3, $4, $5, $6::text::json, $7::text::json, clock_timestamp(), $8)";

/// An event as it lies in the log, its personal values sealed.
#[derive(Clone)]
struct Lying {
    event_type: String,
    schema_version: i16,
    payload: String,
    metadata: String,
    hash: Vec<u8>,
}

/// Clients that insert events, in a database of their own, like the last one of this log.
pub(crate) async fn clients(cluster: &Cluster, log: &PgPool) -> Clients {
    let last = "select event_type, schema_version, payload::text, metadata::text, hash
        from es.event order by position desc limit 1";
    let row = sqlx::query(last).fetch_one(log).await.unwrap();
    let like = Lying {
        event_type: row.get("event_type"),
        schema_version: row.get("schema_version"),
        payload: row.get("payload"),
        metadata: row.get("metadata"),
        hash: row.get("hash"),
    };
    cluster.create_database("plain").await.unwrap();
    let url = cluster.url("plain");
    event_store::migrate(&url).await.unwrap();
    let pool = PgPoolOptions::new()
        .max_connections(CLIENTS)
        .connect(&url)
        .await
        .unwrap();
    sqlx::query("create sequence plain").execute(&pool).await.unwrap();
    Clients::new(usize::try_from(CLIENTS).unwrap(), |client| {
        let (pool, like) = (pool.clone(), like.clone());
        let mut version = 0_i64;
        move || {
            version += 1;
            insert(
                pool.clone(),
                format!("allocation-{client}"),
                version,
                like.clone(),
            )
        }
    })
}

async fn insert(pool: PgPool, stream: String, version: i64, like: Lying) {
    sqlx::query(INSERT)
        .bind(stream)
        .bind(version)
        .bind(Uuid::now_v7())
        .bind(like.event_type)
        .bind(like.schema_version)
        .bind(like.payload)
        .bind(like.metadata)
        .bind(like.hash)
        .execute(&pool)
        .await
        .unwrap();
}
