//! Events as processes read them.

use domain::{AnyStream, DomainEvent, StoredEvent};
use event_store::RecordedEvent;

use super::error::ReactionError;

/// An event and its stream.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcessEvent {
    /// The stream.
    pub stream: AnyStream,
    /// What happened.
    pub event: DomainEvent,
}

/// Decodes an event by the registry.
pub(super) fn decode(recorded: &RecordedEvent) -> Result<ProcessEvent, ReactionError> {
    let undecodable = |why: &dyn std::error::Error| {
        let (position, stream) = (recorded.position, &recorded.stream);
        ReactionError::Undecodable(format!("event {position} of {stream} cannot be decoded: {why}"))
    };
    let stream: AnyStream = recorded
        .stream
        .as_str()
        .parse()
        .map_err(|why| undecodable(&why))?;
    let stored = StoredEvent {
        event_type: &recorded.event_type,
        schema_version: recorded.schema_version,
        payload: &recorded.payload,
    };
    let event = DomainEvent::decode(stream, stored).map_err(|why| undecodable(&why))?;
    Ok(ProcessEvent { stream, event })
}
