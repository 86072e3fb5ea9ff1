//! Events of the log, typed, for folds and for people.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
pub use domain::DomainEvent;
use domain::{
    AnyStream, InvalidStream, NomsNumber, PomKey, PrisonCode, StaffId, StoredEvent, Streamed,
    allocation::Allocation, case::Case, pom::Pom, prisoner::Prisoner,
};
use event_store::{Position, RecordedEvent, StreamId};
use serde::Deserialize;
use uuid::Uuid;

/// Streams `allocation-{noms}`.
pub(crate) const ALLOCATION: &str = Allocation::CATEGORY;
/// Streams `prisoner-{noms}`.
pub(crate) const PRISONER: &str = Prisoner::CATEGORY;
/// Streams `case-{noms}`.
pub(crate) const CASE: &str = Case::CATEGORY;
/// Streams `pom-{prison}-{staff}`.
pub(crate) const POM: &str = Pom::CATEGORY;

/// Whom a row is about: the key of a stream, and of every row folded from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum RowKey {
    Prisoner(NomsNumber),
    Pom(PrisonCode, StaffId),
}

impl RowKey {
    /// The key of the rows that a stream is folded into; none if it is folded into none.
    fn of(stream: AnyStream) -> Option<Self> {
        match stream {
            AnyStream::Pom(PomKey { prison, staff }) => Some(Self::Pom(prison, staff)),
            other => other.prisoner().map(Self::Prisoner),
        }
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prisoner(noms) => noms.fmt(f),
            Self::Pom(prison, staff) => PomKey {
                prison: *prison,
                staff: *staff,
            }
            .fmt(f),
        }
    }
}

impl FromStr for RowKey {
    type Err = domain::InvalidId;

    fn from_str(key: &str) -> Result<Self, Self::Err> {
        if let Ok(noms) = key.parse() {
            return Ok(Self::Prisoner(noms));
        }
        key.parse()
            .map(|PomKey { prison, staff }| Self::Pom(prison, staff))
    }
}

/// An event as it comes from the log, in whichever way it was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SerializedEnvelope<'a> {
    pub(crate) position: Position,
    pub(crate) stream: &'a str,
    pub(crate) version: u64,
    pub(crate) event_type: &'a str,
    pub(crate) schema_version: i16,
    pub(crate) payload: &'a str,
    pub(crate) metadata: &'a str,
}

impl<'a> From<&'a RecordedEvent> for SerializedEnvelope<'a> {
    fn from(event: &'a RecordedEvent) -> Self {
        Self {
            position: event.position,
            stream: event.stream.as_str(),
            version: event.version,
            event_type: &event.event_type,
            schema_version: event.schema_version,
            payload: &event.payload,
            metadata: &event.metadata,
        }
    }
}

/// An event that a fold can take in.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    pub(crate) position: Position,
    pub(crate) version: u64,
    pub(crate) key: RowKey,
    pub(crate) event: DomainEvent,
    /// The command and its time; read for allocations only, the others' folds do without.
    pub(crate) origin: Origin,
}

/// Which command an event comes from, and when that took effect, UTC.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Origin {
    pub(crate) command_id: Uuid,
    pub(crate) occurred_at: DateTime<Utc>,
}

/// An event that cannot be understood. Says where it is and never what is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {event_type} at position {position} cannot be folded: {why}")]
pub struct Poison {
    /// Where.
    pub position: Position,
    /// Its name.
    pub event_type: String,
    /// The kind of stream that it is in.
    pub category: String,
    /// What is wrong with it.
    pub why: String,
}

impl SerializedEnvelope<'_> {
    pub(crate) fn category(&self) -> &str {
        self.stream
            .split_once('-')
            .map_or(self.stream, |(category, _)| category)
    }

    /// The typed event; none when no row is folded from its stream.
    pub(crate) fn envelope(&self) -> Result<Option<Envelope>, Poison> {
        let stream: AnyStream = match self.stream.parse() {
            Ok(stream) => stream,
            Err(InvalidStream::Category) => return Ok(None),
            Err(InvalidStream::Key(_)) => return Err(self.poison("its stream is not about anybody")),
        };
        let Some(key) = RowKey::of(stream) else {
            return Ok(None);
        };
        let stored = StoredEvent {
            event_type: self.event_type,
            schema_version: self.schema_version,
            payload: self.payload,
        };
        let event = DomainEvent::decode(stream, stored).map_err(|why| self.poison(why.to_string()))?;
        let origin = match event {
            DomainEvent::Allocation(_) => serde_json::from_str(self.metadata)
                .map_err(|_| self.poison("its metadata is not readable"))?,
            _ => Origin::default(),
        };
        Ok(Some(Envelope {
            position: self.position,
            version: self.version,
            key,
            event,
            origin,
        }))
    }

    fn poison(&self, why: impl Into<String>) -> Poison {
        Poison {
            position: self.position,
            event_type: self.event_type.to_owned(),
            category: self.category().to_owned(),
            why: why.into(),
        }
    }
}

/// The streams that tell everything about a prisoner.
pub(crate) fn streams_of(noms: NomsNumber) -> Vec<StreamId> {
    AnyStream::of_prisoner(noms)
        .map(|stream| StreamId::new(stream.category(), stream.key()))
        .collect()
}
