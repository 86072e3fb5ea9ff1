//! What is asked of the log, and what it answers.

use std::{collections::BTreeMap, fmt, sync::Arc};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Metadata, NewEvent, Position, StreamId};

/// One command's events: all are appended, or none.
#[derive(Debug, Clone)]
pub struct AppendRequest {
    /// The same id with the same request is appended once; the second time the first receipt comes back.
    pub command_id: Uuid,
    /// SHA-256 of what was asked, to tell a retry from another request under the same id.
    pub request_hash: [u8; 32],
    /// Who, why and when.
    pub metadata: Metadata,
    /// The streams written to; a write without events only states the version on which the decision rests.
    pub writes: Vec<StreamWrite>,
    /// Messages that other services get, frozen with the events.
    pub announcements: Vec<Announcement>,
}

/// Events for one stream.
#[derive(Debug, Clone)]
pub struct StreamWrite {
    /// Which.
    pub stream: StreamId,
    /// Whose key seals personal values: a prisoner's number, or `staff-{id}`.
    pub subject: String,
    /// The version on which the decision rests.
    pub expected: Expected,
    /// In order; may be empty.
    pub events: Vec<NewEvent>,
}

/// What the writer knows of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Nothing: append whatever is there.
    Any,
    /// It has exactly this version; 0 is a stream without events.
    Version(u64),
}

/// Makes a message's body, as JSON text, once the log knows where its event stands. It runs in the one writer, so it
/// should have little left to do.
pub type Compose = Arc<dyn Fn(&Placed) -> String + Send + Sync>;

/// A message to other services, written to the outbox with the events.
#[derive(Clone)]
pub struct Announcement {
    /// The stream whose event it tells of.
    pub stream: StreamId,
    /// Which of that stream's events in the same request, from 0.
    pub event: usize,
    /// Whose messages leave in order: the prisoner's number.
    pub key: String,
    /// The message's type, by which subscribers filter.
    pub event_type: String,
    /// Makes the body; without it the message counts in its stream's sequence and is never sent.
    pub compose: Option<Compose>,
}

impl fmt::Debug for Announcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Announcement")
            .field("stream", &self.stream)
            .field("event", &self.event)
            .field("event_type", &self.event_type)
            .finish_non_exhaustive()
    }
}

/// Where an announced event stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Its place in the log.
    pub position: Position,
    /// Its id.
    pub event_id: Uuid,
    /// The number of this message among those of its stream, from 1, without gaps.
    pub sequence: u64,
    /// When it took effect, UTC: strictly later than the stream's previous message.
    pub occurred_at: DateTime<Utc>,
    /// When it was recorded, UTC.
    pub recorded_at: DateTime<Utc>,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The command.
    pub command_id: Uuid,
    /// The position of its first event.
    pub first: Position,
    /// The position of its last event.
    pub last: Position,
    /// The version that each stream written to reached.
    pub versions: BTreeMap<StreamId, u64>,
    /// When, UTC.
    pub recorded_at: DateTime<Utc>,
    /// Whether this receipt is of an earlier delivery of the same command.
    #[serde(skip)]
    pub replayed: bool,
}

/// What an earlier delivery of a command came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was recorded.
    Recorded(Receipt),
    /// There was nothing to do, so nothing was appended.
    Unchanged,
}

/// Why nothing was appended, or why that is not known.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// Someone else was quicker.
    #[error("{stream} is at version {actual}, not {expected}: load it again and decide again")]
    Conflict {
        /// Which stream.
        stream: StreamId,
        /// What the writer knew.
        expected: u64,
        /// What is so.
        actual: u64,
    },
    /// The id belongs to another request.
    #[error("command id {0} was already used for another request: give each new request a new id")]
    CommandIdReused(Uuid),
    /// An earlier delivery of the command found nothing to do, and that stands.
    #[error("command {0} was delivered before, and there was nothing to do: give a new request a new id")]
    UnchangedBefore(Uuid),
    /// Too much waits already.
    #[error("too many commands are waiting: try again in a moment")]
    Overloaded,
    /// The connection died at the commit; ask [`crate::Log::receipt`] for the command id.
    #[error("the database did not say whether command {0} was recorded: ask again with the same command id")]
    OutcomeUnknown(Uuid),
    /// The database cannot take it now; nothing was appended.
    #[error("the log cannot be written now: {0}")]
    Unavailable(Arc<str>),
    /// It holds personal data about someone who was erased, whose key is destroyed.
    #[error("the person was erased: personal data about them can no longer be recorded")]
    Erased,
    /// The request itself is at fault, whatever the log holds.
    #[error("the request cannot be recorded: {0}")]
    Invalid(Arc<str>),
}
