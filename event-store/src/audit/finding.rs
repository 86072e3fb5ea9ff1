//! What can be wrong with a log.

use std::fmt;

use crate::{Position, StreamId};

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub position: Position,
    /// In which stream, if it is known.
    pub stream: Option<StreamId>,
    /// What.
    pub wrong: Wrong,
}

/// What is wrong at a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// There is no event, though there are later ones or the head says so.
    Missing,
    /// There is an event at a position that has one already, or that comes before the first.
    Surplus,
    /// A column holds what no event can hold.
    Unreadable,
    /// The event's hash is not that of its content and its predecessor: one of its columns was changed, or it was moved.
    Altered,
    /// The event's version does not follow its predecessor's.
    OutOfSequence {
        /// The version that follows.
        expected: u64,
        /// The version that it claims.
        found: u64,
    },
    /// It claims to have been recorded before its predecessor.
    TimeRunsBackwards,
    /// There is an event after the head.
    BeyondHead,
    /// The head's time is not that of the newest event.
    HeadTime,
    /// `es.stream` does not know the stream, or knows another end of it.
    StreamEnd,
    /// No command's receipt names the event, one of another command does, or it says what is not so. At position 0: a receipt
    /// of a command without events.
    Receipt,
    /// What is sealed for this subject has no key, nor the record that it was destroyed.
    NoKey(String),
    /// The key of this subject does not open with the master key, or does not open what is sealed with it.
    WrongKey(String),
}

impl Finding {
    pub(crate) fn new(position: Position, stream: Option<&StreamId>, wrong: Wrong) -> Self {
        Self {
            position,
            stream: stream.cloned(),
            wrong,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "position {}", self.position)?;
        if let Some(stream) = &self.stream {
            write!(f, " ({stream})")?;
        }
        match &self.wrong {
            Wrong::Missing => f.write_str(": the event is missing"),
            Wrong::Surplus => f.write_str(": there is an event too many"),
            Wrong::Unreadable => f.write_str(": the event cannot be read, so it was changed or damaged"),
            Wrong::Altered => f.write_str(": the event does not match its hash, so it was changed or moved"),
            Wrong::OutOfSequence { expected, found } => {
                write!(f, ": the event has version {found} where {expected} follows")
            }
            Wrong::TimeRunsBackwards => {
                f.write_str(": the event claims to be recorded before its predecessor")
            }
            Wrong::BeyondHead => f.write_str(": the event lies after the head of the log"),
            Wrong::HeadTime => f.write_str(": the head has another time than the newest event"),
            Wrong::StreamEnd => f.write_str(": the stream's recorded end is another than its last event"),
            Wrong::Receipt => {
                f.write_str(": the receipt of the event's command is missing or says what is not so, or another's names it")
            }
            Wrong::NoKey(subject) => write!(f, ": the key of {subject} is missing, and not by erasure"),
            Wrong::WrongKey(subject) => write!(
                f,
                ": the key of {subject} was changed, or the configured master key is another one"
            ),
        }
    }
}
