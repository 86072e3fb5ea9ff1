//! Errors of reads.

use std::{borrow::Cow, sync::Arc};

use event_store::{Position, ReadError};

use crate::{Model, Poison};

/// A read that failed. Cheap to clone, because a loader gives one failure to many callers.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadModelError {
    /// The read models have not reached the position yet.
    #[error("the read models are at position {reached}, not yet at {wanted}: try again in a moment")]
    NotYetProjected {
        /// The position that was asked for.
        wanted: Position,
        /// Their position.
        reached: Position,
    },
    /// The log has never reached the position: it is another log's, or from a time that a restore undid.
    #[error("position {wanted} is beyond the end of the log at {head}: begin anew, without a position")]
    BeyondLog {
        /// The position that was asked for.
        wanted: Position,
        /// The head of the log.
        head: Position,
    },
    /// A read model stopped before an event that it cannot fold.
    #[error(
        "the read model {model} stopped at position {at}: run `allocations project status`, then rebuild it"
    )]
    Stopped {
        /// The model.
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
    /// An event or a row cannot be decoded.
    #[error("{0} cannot be understood: run `allocations doctor`")]
    Damaged(Arc<str>),
    /// The cursor is not from this list in this order.
    #[error("the cursor does not belong to this list: start again without one")]
    BadCursor,
}

/// An event that cannot be decoded is damage to whoever only reads.
impl From<Poison> for ReadModelError {
    fn from(poison: Poison) -> Self {
        Self::Damaged(poison.to_string().into())
    }
}

impl From<sqlx::Error> for ReadModelError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(described(&error))
    }
}

/// The description of an error for operators: the database's message, unless it is of a class that quotes values,
/// which may be personal.
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

/// The SQLSTATE, if the database sent one.
pub(crate) fn sqlstate(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error()?.code()
}

/// Whether a table does not exist.
pub(crate) fn is_without_table(error: &sqlx::Error) -> bool {
    sqlstate(error).as_deref() == Some("42P01")
}

/// Whether the database refused a value, so that a retry is useless.
pub(crate) fn is_refusal(error: &sqlx::Error) -> bool {
    sqlstate(error).is_some_and(|code| matches!(code.get(..2), Some("22" | "23" | "54")))
}
