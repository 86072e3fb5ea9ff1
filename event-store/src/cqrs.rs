//! The log as the event store of cqrs-es, so that a stock `CqrsFramework` runs on it.
//!
//! An aggregate type is a stream's category and must not hold a hyphen; the aggregate's id is the stream's key. Metadata is a
//! flat map here: members of the actor become `actorKind`, `actorId`, `actorDisplayName` and `actorClientId`, and without them
//! the system is the actor. Other names are not kept.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use cqrs_es::{
    Aggregate, AggregateContext, AggregateError, DomainEvent, EventEnvelope, EventStore,
    persist::{EventUpcaster, SerializedEvent},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Actor, ActorKind, AppendError, AppendRequest, Expected, Log, Metadata, NewEvent, RecordedEvent, StreamId,
    StreamWrite,
};

/// An event store of cqrs-es over any log.
#[derive(Clone)]
pub struct CqrsStore {
    log: Arc<dyn Log>,
    subject: fn(&StreamId) -> String,
    upcasters: Arc<[Box<dyn EventUpcaster>]>,
}

/// An aggregate as it was loaded.
#[derive(Debug)]
pub struct Loaded<A> {
    /// Its id.
    pub id: String,
    /// The version on which a decision rests.
    pub version: u64,
    /// Its state.
    pub state: A,
}

impl<A: Aggregate> AggregateContext<A> for Loaded<A> {
    fn aggregate(&mut self) -> &mut A {
        &mut self.state
    }
}

impl CqrsStore {
    /// A store over this log. Personal values in a stream are sealed with the key of its `subject`: give the one that
    /// everybody else who writes to the log goes by, or an erasure will not find them.
    #[must_use]
    pub fn new(log: Arc<dyn Log>, subject: fn(&StreamId) -> String) -> Self {
        Self {
            log,
            subject,
            upcasters: Arc::default(),
        }
    }

    /// The same store, with events of old schema versions lifted by these, each at most once, in this order.
    #[must_use]
    pub fn with_upcasters(self, upcasters: Vec<Box<dyn EventUpcaster>>) -> Self {
        let upcasters = upcasters.into();
        Self { upcasters, ..self }
    }

    fn envelope<A: Aggregate>(
        &self,
        id: &str,
        event: &RecordedEvent,
    ) -> Result<EventEnvelope<A>, AggregateError<A::Error>> {
        let metadata: Value = serde_json::from_str(&event.metadata).map_err(undecodable)?;
        Ok(EventEnvelope {
            aggregate_id: id.to_owned(),
            sequence: sequence(event.version),
            payload: self.decode(event).map_err(undecodable)?,
            metadata: flat(&metadata),
        })
    }

    fn decode<E: DeserializeOwned>(&self, event: &RecordedEvent) -> Result<E, serde_json::Error> {
        let version = event.schema_version.to_string();
        let mut upcasters = self.upcasters.iter();
        if !upcasters.any(|upcaster| upcaster.can_upcast(&event.event_type, &version)) {
            return serde_json::from_str(&event.payload);
        }
        let serialized = SerializedEvent::new(
            event.stream.key().to_owned(),
            sequence(event.version),
            event.stream.category().to_owned(),
            event.event_type.clone(),
            version,
            serde_json::from_str(&event.payload)?,
            serde_json::from_str(&event.metadata)?,
        );
        let lifted = self.upcasters.iter().fold(serialized, |event, upcaster| {
            if upcaster.can_upcast(&event.event_type, &event.event_version) {
                upcaster.upcast(event)
            } else {
                event
            }
        });
        serde_json::from_value(lifted.payload)
    }

    async fn read<A: Aggregate>(&self, id: &str) -> Result<Vec<RecordedEvent>, AggregateError<A::Error>> {
        let stream = StreamId::new(A::TYPE, id);
        self.log
            .read_streams(&[stream])
            .await
            .map_err(|e| AggregateError::DatabaseConnectionError(e.into()))
    }

    fn request<A: Aggregate>(
        &self,
        events: &[A::Event],
        context: &Loaded<A>,
        metadata: Metadata,
    ) -> Result<AppendRequest, serde_json::Error> {
        let stream = StreamId::new(A::TYPE, &context.id);
        let events = events.iter().map(new_event).collect::<Result<Vec<_>, _>>()?;
        let mut hasher = Sha256::new_with_prefix(stream.as_str());
        for event in &events {
            hasher.update(event.payload.to_string());
        }
        Ok(AppendRequest {
            command_id: metadata.command_id,
            request_hash: hasher.finalize().into(),
            metadata,
            writes: vec![StreamWrite {
                subject: (self.subject)(&stream),
                stream,
                expected: Expected::Version(context.version),
                events,
            }],
            announcements: Vec::new(),
        })
    }
}

impl<A: Aggregate> EventStore<A> for CqrsStore {
    type AC = Loaded<A>;

    async fn load_events(&self, id: &str) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        let events = self.read::<A>(id).await?;
        events.iter().map(|event| self.envelope(id, event)).collect()
    }

    async fn load_aggregate(&self, id: &str) -> Result<Loaded<A>, AggregateError<A::Error>> {
        let mut loaded = Loaded {
            id: id.to_owned(),
            version: 0,
            state: A::default(),
        };
        for event in self.read::<A>(id).await? {
            loaded.state.apply(self.decode(&event).map_err(undecodable)?);
            loaded.version = event.version;
        }
        Ok(loaded)
    }

    async fn commit(
        &self,
        events: Vec<A::Event>,
        context: Loaded<A>,
        metadata: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let metadata = full(&metadata);
        let kept: HashMap<String, String> = flat(&serde_json::to_value(&metadata).map_err(undecodable)?);
        let request = self
            .request::<A>(&events, &context, metadata)
            .map_err(undecodable)?;
        let receipt = self.log.append(request).await.map_err(refused)?;
        if receipt.replayed {
            // These events were not appended: those of the first time were.
            let recorded = self.read::<A>(&context.id).await?;
            return recorded
                .iter()
                .filter(|event| (receipt.first..=receipt.last).contains(&event.position))
                .map(|event| self.envelope(&context.id, event))
                .collect();
        }
        Ok(events
            .into_iter()
            .zip(context.version.saturating_add(1)..)
            .map(|(payload, version)| EventEnvelope {
                aggregate_id: context.id.clone(),
                sequence: sequence(version),
                payload,
                metadata: kept.clone(),
            })
            .collect())
    }
}

fn new_event<E: DomainEvent>(event: &E) -> Result<NewEvent, serde_json::Error> {
    Ok(NewEvent {
        event_id: Uuid::now_v7(),
        event_type: event.event_type(),
        schema_version: schema_version(&event.event_version()),
        payload: serde_json::to_value(event)?,
    })
}

/// `2` and `2.1` are both shape 2: within one shape, readers of any minor version agree.
fn schema_version(text: &str) -> i16 {
    text.split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .unwrap_or(1)
}

fn sequence(version: u64) -> usize {
    usize::try_from(version).unwrap_or(usize::MAX)
}

/// Metadata from a flat map. Ids that are missing or not ids are made: cqrs-es promises nothing about them.
fn full(flat: &HashMap<String, String>) -> Metadata {
    let text = |name: &str| flat.get(name).cloned();
    let id = |name: &str| {
        flat.get(name)
            .and_then(|id| Uuid::parse_str(id).ok())
            .unwrap_or_else(Uuid::now_v7)
    };
    let time = |name: &str| {
        flat.get(name)
            .and_then(|time| DateTime::parse_from_rfc3339(time).ok())
    };
    Metadata {
        command_id: id("commandId"),
        operation: text("operation").unwrap_or_else(|| "cqrsFramework".to_owned()),
        correlation_id: id("correlationId"),
        causation_id: text("causationId"),
        actor: Actor {
            kind: match flat.get("actorKind").map(String::as_str) {
                Some("user") => ActorKind::User,
                Some("client") => ActorKind::Client,
                _ => ActorKind::System,
            },
            id: text("actorId").unwrap_or_else(|| "cqrs-es".to_owned()),
            display_name: text("actorDisplayName"),
            client_id: text("actorClientId"),
        },
        occurred_at: time("occurredAt").map_or_else(now, |time| time.to_utc()),
        prison: text("prison"),
        policy: text("policy"),
    }
}

/// The framework has no clock for its callers.
#[expect(
    clippy::disallowed_methods,
    reason = "a command begins here, and nobody says when"
)]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Metadata as a flat map of texts, the same that `es.flat_metadata` makes.
fn flat(metadata: &Value) -> HashMap<String, String> {
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default().into_iter();
    let actor = members(metadata.get("actor").unwrap_or(&Value::Null)).map(|(name, value)| {
        let mut letters = name.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        (
            format!(
                "actor{}{}",
                first.into_iter().collect::<String>(),
                letters.as_str()
            ),
            value,
        )
    });
    members(metadata)
        .filter(|(name, _)| name != "actor")
        .chain(actor)
        .map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        })
        .collect()
}

fn undecodable<E: std::error::Error>(
    error: impl std::error::Error + Send + Sync + 'static,
) -> AggregateError<E> {
    AggregateError::DeserializationError(Box::new(error))
}

fn refused<E: std::error::Error>(error: AppendError) -> AggregateError<E> {
    match error {
        AppendError::Conflict { .. } => AggregateError::AggregateConflict,
        AppendError::Unavailable(_) | AppendError::Overloaded | AppendError::OutcomeUnknown(_) => {
            AggregateError::DatabaseConnectionError(error.into())
        }
        AppendError::Invalid(_)
        | AppendError::Erased
        | AppendError::CommandIdReused(_)
        | AppendError::UnchangedBefore(_) => AggregateError::UnexpectedError(error.into()),
    }
}
