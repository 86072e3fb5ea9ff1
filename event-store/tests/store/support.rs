//! A log to test, and requests to put into it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use event_store::{
    Actor, ActorKind, AppendRequest, ConnectOptions, Expected, Log, MasterKey, Metadata, NewEvent,
    PostgresLog, Receipt, RecordedEvent, StreamId, StreamWrite, connect, migrate,
};
use serde_json::{Value, json};
use sqlx::{PgPool, postgres::PgPoolOptions};
use uuid::Uuid;
use workbench::testing::{TestDatabase, fresh_database};

/// A log on a database of its own.
pub(crate) struct Store {
    pub(crate) log: PostgresLog,
    /// What the service may do.
    pub(crate) app: PgPool,
    /// What only the owner may do.
    pub(crate) owner: PgPool,
    pub(crate) database: TestDatabase,
}

impl Store {
    pub(crate) async fn fresh() -> Self {
        let database = fresh_database().await;
        migrate(database.url()).await.unwrap();
        let app = connect(database.url(), ConnectOptions::default()).await.unwrap();
        let owner = PgPoolOptions::new()
            .max_connections(4)
            .connect(database.url())
            .await
            .unwrap();
        let log = PostgresLog::open(app.clone(), Some(master())).await.unwrap();
        Self {
            log,
            app,
            owner,
            database,
        }
    }

    /// Another replica on the same database.
    pub(crate) async fn replica(&self) -> PostgresLog {
        let pool = connect(self.database.url(), ConnectOptions::default())
            .await
            .unwrap();
        PostgresLog::open(pool, Some(master())).await.unwrap()
    }

    /// Everything, in order.
    pub(crate) async fn all(&self) -> Vec<RecordedEvent> {
        everything(&self.log).await
    }

    pub(crate) fn shared(&self) -> Arc<dyn Log> {
        Arc::new(self.log.clone())
    }
}

pub(crate) fn master() -> MasterKey {
    MasterKey::new([42; 32])
}

/// Everything in a log, in order, in small pages.
pub(crate) async fn everything(log: &dyn Log) -> Vec<RecordedEvent> {
    let mut events: Vec<RecordedEvent> = Vec::new();
    loop {
        let after = events.last().map(|event| event.position).unwrap_or_default();
        let page = log.read_after(after, 500).await.unwrap();
        if page.is_empty() {
            return events;
        }
        events.extend(page);
    }
}

pub(crate) fn stream(key: impl std::fmt::Display) -> StreamId {
    StreamId::new("case", key)
}

pub(crate) fn event(payload: Value) -> NewEvent {
    NewEvent {
        event_id: Uuid::now_v7(),
        event_type: "NoteAdded".to_owned(),
        schema_version: 1,
        payload,
    }
}

pub(crate) fn write(
    stream: &StreamId,
    expected: Expected,
    payloads: impl IntoIterator<Item = Value>,
) -> StreamWrite {
    StreamWrite {
        stream: stream.clone(),
        subject: stream.key().to_owned(),
        expected,
        events: payloads.into_iter().map(event).collect(),
    }
}

pub(crate) fn noon() -> DateTime<Utc> {
    "2026-03-02T12:00:00.123456Z".parse().unwrap()
}

pub(crate) fn metadata(command_id: Uuid) -> Metadata {
    Metadata {
        command_id,
        operation: "addNote".to_owned(),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        actor: Actor {
            kind: ActorKind::User,
            id: "MOIC_POM".to_owned(),
            display_name: Some("Zoë O'Brien \"Zed\"".to_owned()),
            client_id: Some("manage-poms".to_owned()),
        },
        occurred_at: noon(),
        prison: Some("LEI".to_owned()),
        policy: None,
    }
}

pub(crate) fn request(writes: Vec<StreamWrite>) -> AppendRequest {
    let command_id = Uuid::now_v7();
    AppendRequest {
        command_id,
        request_hash: [7; 32],
        metadata: metadata(command_id),
        writes,
        announcements: Vec::new(),
    }
}

/// Appends one event to one stream, whatever is there.
pub(crate) async fn put(log: &dyn Log, stream: &StreamId, payload: Value) -> Receipt {
    log.append(request(vec![write(stream, Expected::Any, [payload])]))
        .await
        .unwrap()
}

/// Three streams, nine events, interleaved: something worth tampering with.
pub(crate) async fn nine_events(log: &dyn Log) -> [StreamId; 3] {
    let streams = [stream("A1111AA"), stream("B2222BB"), stream("C3333CC")];
    for round in 0..3 {
        for stream in &streams {
            put(log, stream, json!({"round": round, "of": stream.key()})).await;
        }
    }
    streams
}
