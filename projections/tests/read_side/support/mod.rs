//! A fresh database with a log and read models, and short ways to make things happen in it.

pub(crate) mod events;
pub(crate) mod histories;

use std::{sync::Arc, time::Duration};

use domain::{NomsNumber, policy::PolicyVersion};
use event_store::{
    Actor, ActorKind, AppendRequest, ConnectOptions, Expected, Log, MasterKey, Metadata, NewEvent, Position,
    PostgresLog, StreamId, StreamWrite,
};
use projections::{Projector, ProjectorHandle, ProjectorOptions, ReadModels};
use sqlx::PgPool;
use uuid::Uuid;

use events::Happening;

/// Longer than anything here takes.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) struct World {
    pub(crate) url: String,
    pub(crate) pool: PgPool,
    pub(crate) log: PostgresLog,
    pub(crate) models: ReadModels,
}

impl World {
    pub(crate) async fn new() -> Self {
        let database = workbench::testing::fresh_database().await;
        event_store::migrate(database.url()).await.unwrap();
        Self::open(database.url()).await
    }

    /// Another process on the same database.
    pub(crate) async fn open(url: &str) -> Self {
        let pool = event_store::connect(url, ConnectOptions::default())
            .await
            .unwrap();
        let log = PostgresLog::open(pool.clone(), Some(MasterKey::new([7; 32])))
            .await
            .unwrap();
        let models = ReadModels::new(pool.clone(), Arc::new(log.clone()), PolicyVersion::RoshBased);
        Self {
            url: url.to_owned(),
            pool,
            log,
            models,
        }
    }

    /// As the owner of the database, who may do what the service may not.
    pub(crate) async fn owner(&self) -> PgPool {
        PgPool::connect(&self.url).await.unwrap()
    }

    pub(crate) fn project(&self) -> ProjectorHandle {
        Projector::start(&self.models, quick()).unwrap()
    }

    pub(crate) async fn record(&self, happenings: impl IntoIterator<Item = Happening>) -> Position {
        let mut last = Position::START;
        for happening in happenings {
            last = append(&self.log, happening).await;
        }
        last
    }

    /// Records, and waits until the read models show it.
    pub(crate) async fn see(&self, happenings: impl IntoIterator<Item = Happening>) -> Position {
        let position = self.record(happenings).await;
        self.models.reached(position, TIMEOUT).await.unwrap();
        position
    }

    pub(crate) async fn caught_up(&self) -> Position {
        let head = self.log.head().await.unwrap();
        self.models.reached(head, TIMEOUT).await.unwrap();
        head
    }
}

pub(crate) fn quick() -> ProjectorOptions {
    ProjectorOptions {
        lease: Duration::from_millis(600),
        standby: Duration::from_millis(20),
        ..ProjectorOptions::new(Uuid::now_v7())
    }
}

/// Records one command's events for one stream.
pub(crate) async fn append(log: &dyn Log, happening: Happening) -> Position {
    log.append(request(happening)).await.unwrap().last
}

pub(crate) fn request(happening: Happening) -> AppendRequest {
    let Happening {
        stream,
        events,
        occurred_at,
    } = happening;
    let metadata = Metadata {
        command_id: Uuid::now_v7(),
        operation: "test".to_owned(),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        actor: Actor {
            kind: ActorKind::System,
            id: "test".to_owned(),
            display_name: None,
            client_id: None,
        },
        occurred_at,
        prison: None,
        policy: None,
    };
    let events = events.into_iter().map(|(event_type, payload)| NewEvent {
        event_id: Uuid::now_v7(),
        event_type: event_type.to_owned(),
        schema_version: present_version(event_type),
        payload,
    });
    AppendRequest {
        command_id: metadata.command_id,
        request_hash: [0; 32],
        metadata,
        writes: vec![StreamWrite {
            subject: subject(&stream),
            stream,
            expected: Expected::Any,
            events: events.collect(),
        }],
        announcements: Vec::new(),
    }
}

fn present_version(event_type: &str) -> i16 {
    let mut entries = domain::catalogue();
    let known = entries.find(|entry| entry.event_type == event_type);
    known.map_or(1, |entry| entry.schema_version)
}

fn subject(stream: &StreamId) -> String {
    match stream.key().split_once('-') {
        Some((_, staff)) => format!("staff-{staff}"),
        None => stream.key().to_owned(),
    }
}

pub(crate) fn noms(number: usize) -> NomsNumber {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap());
    format!(
        "A{:04}{}{}",
        number % 10_000,
        letter(number / 10_000),
        letter(number / 260_000)
    )
    .parse()
    .unwrap()
}
