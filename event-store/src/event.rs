//! Events on their way into the log and out of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{Position, StreamId};

/// What kind of actor caused a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// A person.
    User,
    /// Another service in its own name.
    Client,
    /// This service itself.
    System,
}

/// Who caused a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// What kind.
    pub kind: ActorKind,
    /// User name, client id, or the name of our own process.
    pub id: String,
    /// A person's name as shown in history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The client through which a person acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// Who, why and when: the same for all events of one command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// The command that caused the event.
    pub command_id: Uuid,
    /// What was asked, such as `allocatePrimaryPom`.
    pub operation: String,
    /// The request or message that everything here goes back to.
    pub correlation_id: Uuid,
    /// The inbound message or the event that caused the command, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<String>,
    /// Who.
    pub actor: Actor,
    /// When it took effect, UTC.
    pub occurred_at: DateTime<Utc>,
    /// The prison in whose context it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prison: Option<String>,
    /// The policy version that applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

/// An event to be appended.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// Time-ordered id (UUIDv7), given where the event is made.
    pub event_id: Uuid,
    /// Its name.
    pub event_type: String,
    /// The version of its payload's shape.
    pub schema_version: i16,
    /// What happened. A `{"$personal": …}` member anywhere in it is sealed with the subject's key.
    pub payload: serde_json::Value,
}

/// An event as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Its place in the log.
    pub position: Position,
    /// Whose past it belongs to.
    pub stream: StreamId,
    /// Its place in that past, from 1.
    pub version: u64,
    /// Its id.
    pub event_id: Uuid,
    /// Its name.
    pub event_type: String,
    /// The version of its payload's shape.
    pub schema_version: i16,
    /// What happened, as JSON text; personal values are opened again, or withheld after erasure.
    pub payload: String,
    /// Who, why and when, as JSON text of [`Metadata`].
    pub metadata: String,
    /// When it was recorded, UTC; never earlier than that of an earlier position.
    pub recorded_at: DateTime<Utc>,
    /// The link of the stream's SHA-256 chain.
    pub hash: [u8; 32],
}

/// A payload or metadata that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error(
    "event {position} ({event_type}) of {stream} cannot be read; run `allocations audit verify`, then see OPERATIONS"
)]
pub struct DecodeError {
    /// Where.
    pub position: Position,
    /// Which stream.
    pub stream: StreamId,
    /// Which event.
    pub event_type: String,
    /// Why.
    #[source]
    pub source: serde_json::Error,
}

impl RecordedEvent {
    /// What happened, typed.
    ///
    /// # Errors
    /// When the payload is not of that type.
    pub fn decode<E: DeserializeOwned>(&self) -> Result<E, DecodeError> {
        serde_json::from_str(&self.payload).map_err(|source| self.unreadable(source))
    }

    /// Who, why and when.
    ///
    /// # Errors
    /// When the metadata is damaged.
    pub fn decode_metadata(&self) -> Result<Metadata, DecodeError> {
        serde_json::from_str(&self.metadata).map_err(|source| self.unreadable(source))
    }

    fn unreadable(&self, source: serde_json::Error) -> DecodeError {
        DecodeError {
            position: self.position,
            stream: self.stream.clone(),
            event_type: self.event_type.clone(),
            source,
        }
    }
}
