//! Why an inbound message was not processed, and whether a retry can help.

use commands::CommandError;

/// A message that will never be understood. No text of it is repeated here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not JSON, or not the JSON of its type.
    #[error("the message is not JSON of the expected shape")]
    NotJson,
    /// Something that it must say is not there.
    #[error("the message has no {0}")]
    Missing(&'static str),
    /// A reason for leaving that is not known: whether the prisoner is expected back is not known either.
    #[error("the message gives a reason for leaving that is not known")]
    UnknownReason,
    /// A prisoner's number that is none.
    #[error("the message names a prisoner by something that is not a NOMS number")]
    NotANomsNumber,
    /// Two prisoners' numbers.
    #[error("the message names two different NOMS numbers")]
    TwoNomsNumbers,
    /// A prison's code that is none.
    #[error("the message names a prison by something that is not a prison code")]
    NotAPrisonCode,
    /// A time that is none.
    #[error("the message has a time that cannot be read")]
    NotATime,
    /// Something that has not happened yet.
    #[error("the message tells of something that is to happen in the future")]
    InTheFuture,
}

/// Why a message was not processed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum InboxError {
    /// Something that it needs is unavailable: it is retried until that is back.
    #[error(transparent)]
    Unavailable(CommandError),
    /// Not done in time.
    #[error("the message was not processed in time")]
    TimedOut,
    /// This message fails while others pass: it is tried a few times and then parked.
    #[error(transparent)]
    Fault(CommandError),
    /// No other try can help: it is parked.
    #[error(transparent)]
    Permanent(CommandError),
    /// Not understood: it is parked.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

impl From<CommandError> for InboxError {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Refused(commands::Refusal::VersionConflict { .. })
            | CommandError::FactUnavailable(_)
            | CommandError::Overloaded
            | CommandError::OutcomeUnknown(_)
            | CommandError::Unavailable(_) => Self::Unavailable(error),
            CommandError::Internal(_) => Self::Fault(error),
            CommandError::Forbidden(_) | CommandError::Refused(_) => Self::Permanent(error),
        }
    }
}
