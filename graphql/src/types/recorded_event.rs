//! An event as the log holds it, for auditors.

use std::fmt::Write;

use async_graphql::{InputObject, SimpleObject};
use projections::EventPage;
use uuid::Uuid;

use super::{Connection, Edge, int};
use crate::scalars::{DateTime, NomsNumber, Position, PrisonCode};

/// An event as the log holds it.
#[derive(SimpleObject)]
pub(crate) struct RecordedEvent {
    /// Its place in the log.
    position: Position,
    /// Whose past it belongs to, such as `allocation-A1234BC`.
    stream: String,
    /// Its place in that past, from 1.
    version: i32,
    /// Its id.
    event_id: Uuid,
    /// Its name.
    r#type: String,
    /// The version of its payload's shape.
    schema_version: i32,
    /// What happened, as JSON text; personal values are withheld after erasure.
    payload: String,
    /// Who, why and when, as JSON text.
    metadata: String,
    /// When it was recorded.
    recorded_at: DateTime,
    /// The link of the stream's SHA-256 chain, in hexadecimal.
    hash: String,
}

/// Which events.
#[derive(Debug, Clone, Default, InputObject)]
pub(crate) struct EventFilter {
    /// Only those of streams of these kinds, such as `allocation`.
    #[graphql(default)]
    categories: Vec<String>,
    /// Only those of these names, such as `PrimaryPomAllocated`.
    #[graphql(default)]
    types: Vec<String>,
    /// Only those about this prisoner.
    noms_number: Option<NomsNumber>,
    /// Only those in the context of this prison.
    prison: Option<PrisonCode>,
}

impl From<EventFilter> for projections::EventFilter {
    fn from(filter: EventFilter) -> Self {
        Self {
            categories: filter.categories,
            event_types: filter.types,
            noms: filter.noms_number.map(|noms| noms.0),
            prison: filter.prison.map(|prison| prison.0),
        }
    }
}

impl From<projections::RecordedEvent> for RecordedEvent {
    fn from(event: projections::RecordedEvent) -> Self {
        Self {
            position: Position(event.position),
            stream: event.stream.to_string(),
            version: int(event.version),
            event_id: event.event_id,
            r#type: event.event_type,
            schema_version: i32::from(event.schema_version),
            payload: event.payload,
            metadata: event.metadata,
            recorded_at: DateTime(event.recorded_at),
            hash: hexadecimal(&event.hash),
        }
    }
}

impl Connection<RecordedEvent> {
    /// A page that begins after a position; its cursors are positions.
    pub(crate) fn of_events(page: EventPage, has_previous: bool) -> Self {
        let edges = page
            .events
            .into_iter()
            .map(|event| Edge { cursor: event.position.to_string(), node: event.into() });
        Self::new(edges.collect(), page.total, has_previous, page.has_next)
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
