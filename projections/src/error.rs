//! Why a question to the read side has no answer.

use std::{borrow::Cow, sync::Arc};

use event_store::{Position, ReadError};

use crate::Model;

/// A read that failed. Cheap to clone, because a loader gives one failure to many callers.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadModelError {
    /// The read models have not come that far yet.
    #[error("the read models are at position {reached}, not yet at {wanted}: try again in a moment")]
    NotYetProjected {
        /// What was asked for.
        wanted: Position,
        /// How far they are.
        reached: Position,
    },
    /// The log has never come that far: the position is another log's, or of a time that a restore undid.
    #[error("position {wanted} is beyond the end of the log at {head}: begin anew, without a position")]
    BeyondLog {
        /// What was asked for.
        wanted: Position,
        /// Where the log ends.
        head: Position,
    },
    /// A read model met an event that it cannot fold, and stands still.
    #[error(
        "the read model {model} stopped at position {at}: run `allocations project status`, then rebuild it"
    )]
    Stopped {
        /// Which.
        model: Model,
        /// The last position that it folded.
        at: Position,
    },
    /// The database cannot answer now.
    #[error("the read models cannot be read now: {0}")]
    Unavailable(Arc<str>),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// An event or a row is not what it should be.
    #[error("{0} cannot be understood: run `allocations doctor`")]
    Damaged(Arc<str>),
    /// The cursor was not given out by this list in this order.
    #[error("the cursor does not belong to this list: start again without one")]
    BadCursor,
}

impl From<sqlx::Error> for ReadModelError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(described(&error))
    }
}

/// What an operator is told: database messages, unless they are of the classes that quote values, which may be personal.
pub(crate) fn described(error: &sqlx::Error) -> Arc<str> {
    match error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            match code.get(..2) {
                Some("22" | "23") => format!("the database refused a value (SQLSTATE {code})").into(),
                _ => format!("{} (SQLSTATE {code})", database.message()).into(),
            }
        }
        sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => "a row has an unexpected shape".into(),
        other => other.to_string().into(),
    }
}

/// The SQLSTATE, if the database had one to say.
pub(crate) fn sqlstate(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error()?.code()
}

/// Whether a table that was named is not there.
pub(crate) fn is_without_table(error: &sqlx::Error) -> bool {
    sqlstate(error).as_deref() == Some("42P01")
}

/// Whether the database refused a value, so that trying again is of no use.
pub(crate) fn is_refusal(error: &sqlx::Error) -> bool {
    sqlstate(error).is_some_and(|code| matches!(code.get(..2), Some("22" | "23" | "54")))
}
