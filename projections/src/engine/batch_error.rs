//! Errors of the runner of batches.

use event_store::Position;

use crate::{Model, ReadModelError, engine::projection::ProjectionError};

/// The reasons for which the runner stops.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BatchError {
    /// Another process has taken over.
    #[error("another process folds the log now")]
    Superseded,
    /// The log was restored to an earlier point than the read models.
    #[error(
        "the read model {model} is at position {position}, but the log ends at {head}: rebuild the read models"
    )]
    AheadOfLog {
        /// The model.
        model: Model,
        /// Its position.
        position: Position,
        /// The head of the log.
        head: Position,
    },
    #[error(transparent)]
    Read(#[from] ReadModelError),
}

impl From<sqlx::Error> for BatchError {
    fn from(error: sqlx::Error) -> Self {
        Self::Read(error.into())
    }
}

/// The reasons for which a batch was not folded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BatchHalt {
    #[error("a row of {0} was refused")]
    Refused(Model),
    #[error(transparent)]
    Error(#[from] BatchError),
}

impl From<ReadModelError> for BatchHalt {
    fn from(error: ReadModelError) -> Self {
        Self::Error(error.into())
    }
}

impl From<sqlx::Error> for BatchHalt {
    fn from(error: sqlx::Error) -> Self {
        Self::Error(error.into())
    }
}

impl From<ProjectionError> for BatchHalt {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Refused(model) => Self::Refused(model),
            ProjectionError::Read(error) => Self::Error(error.into()),
        }
    }
}
