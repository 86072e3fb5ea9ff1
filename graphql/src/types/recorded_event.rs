//! An event as the log holds it, for auditors.

use std::fmt::Write;

use async_graphql::{InputObject, SimpleObject, connection::PageInfo};
use projections::EventPage;
use uuid::Uuid;

use super::{Edge, Listed, int};
use crate::{
    access::Disclosed,
    fault::Fault,
    input::few,
    scalars::{DateTime, NomsNumber, Position, PrisonCode},
};

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

/// One page of the log.
#[derive(SimpleObject)]
pub(crate) struct EventConnection {
    /// The events of this page; may be none although there are more, when they are rare.
    edges: Vec<Edge<RecordedEvent>>,
    /// Whether there is more on either side, and from where to go on.
    page_info: PageInfo,
    /// How many events the log has; absent when the list is filtered, because counting would read all of it.
    total_count: Option<i32>,
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

impl TryFrom<EventFilter> for projections::EventFilter {
    type Error = Fault;

    fn try_from(filter: EventFilter) -> Result<Self, Fault> {
        Ok(Self {
            categories: few("categories", filter.categories)?,
            event_types: few("types", filter.types)?,
            noms: filter.noms_number.map(|noms| noms.0),
            prison: filter.prison.map(|prison| prison.0),
        })
    }
}

impl From<Disclosed<commands::RecordedEvent>> for RecordedEvent {
    fn from(told: Disclosed<commands::RecordedEvent>) -> Self {
        Self::new(told.into_inner())
    }
}

impl Listed for RecordedEvent {
    const CONNECTION: &'static str = "EventConnection";
    const EDGE: &'static str = "EventEdge";
}

impl RecordedEvent {
    fn new(event: commands::RecordedEvent) -> Self {
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

impl EventConnection {
    /// A page that begins after a position; its cursors are positions. A page that is empty still says where to go on.
    pub(crate) fn new(page: Disclosed<EventPage>, after: commands::Position, total: Option<i32>) -> Self {
        let page = page.into_inner();
        let edges: Vec<_> = page
            .events
            .into_iter()
            .map(|event| Edge {
                cursor: event.position.to_string(),
                node: RecordedEvent::new(event),
            })
            .collect();
        let page_info = PageInfo {
            has_previous_page: after > commands::Position::START,
            has_next_page: page.has_next,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: Some(page.next.to_string()),
        };
        Self {
            edges,
            page_info,
            total_count: total,
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
