//! Why a request was not done: refused by a rule, not allowed, or not possible now.

use domain::{allocation::AllocationRefusal, case::CaseRefusal, pom::PomRefusal, prisoner::PrisonerRefusal};
use event_store::{AppendError, DecodeError, ReadError};
use uuid::Uuid;

use crate::{access::Forbidden, ports::FactUnavailable};

/// A refusal that the person who asked can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The rules of allocation.
    #[error(transparent)]
    Allocation(#[from] AllocationRefusal),
    /// The rules of case information.
    #[error(transparent)]
    Case(#[from] CaseRefusal),
    /// The rules about POMs.
    #[error(transparent)]
    Pom(#[from] PomRefusal),
    /// Nobody of that number.
    #[error("No prisoner of this number is known")]
    PrisonerNotFound,
    /// The person's key is destroyed.
    #[error("This person's data was erased: nothing personal about them can be recorded any more")]
    PersonErased,
    /// Somebody changed it first.
    #[error(
        "This case was changed by someone else{}. Look at it again before you change it.",
        .actual.map_or_else(String::new, |version| format!(": it is now at version {version}"))
    )]
    VersionConflict {
        /// The version that the request's subject has; none when something else changed on which the decision rests.
        actual: Option<u64>,
    },
    /// The command id belongs to another request.
    #[error("This command id was already used for another request. Give each new request a new id.")]
    CommandIdReused,
}

impl Refusal {
    /// The stable code that clients read.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Allocation(refusal) => refusal.code(),
            Self::Case(CaseRefusal::NoSuchMappaLevel) => "NO_SUCH_MAPPA_LEVEL",
            Self::Pom(PomRefusal::NotFound) => "POM_NOT_FOUND",
            Self::Pom(PomRefusal::Removed) => "POM_REMOVED",
            Self::Pom(PomRefusal::AlreadyOnboarded) => "POM_ALREADY_ONBOARDED",
            Self::PrisonerNotFound => "PRISONER_NOT_FOUND",
            Self::PersonErased => "PERSON_ERASED",
            Self::VersionConflict { .. } => "VERSION_CONFLICT",
            Self::CommandIdReused => "COMMAND_ID_REUSED",
        }
    }

    /// Whether the prisoner is not at the prison in whose context it was asked.
    #[must_use]
    pub(crate) const fn is_of_another_prison(self) -> bool {
        matches!(self, Self::Allocation(AllocationRefusal::PrisonerNotAtPrison))
    }

    /// The input at fault, as the API names it.
    #[must_use]
    pub const fn field(self) -> Option<&'static str> {
        match self {
            Self::Allocation(refusal) => refusal.field(),
            Self::Case(CaseRefusal::NoSuchMappaLevel) => Some("mappaLevel"),
            Self::Pom(_) => Some("staffId"),
            Self::PrisonerNotFound | Self::PersonErased => Some("nomsNumber"),
            Self::VersionConflict { .. } => Some("expectedVersion"),
            Self::CommandIdReused => Some("commandId"),
        }
    }
}

impl From<PrisonerRefusal> for Refusal {
    fn from(refusal: PrisonerRefusal) -> Self {
        match refusal {}
    }
}

/// Why a request was not done.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CommandError {
    /// Not for this caller.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The rules do not allow it.
    #[error(transparent)]
    Refused(Refusal),
    /// A fact could not be had.
    #[error(transparent)]
    FactUnavailable(#[from] FactUnavailable),
    /// Too much waits already.
    #[error("too many requests are waiting: try again in a moment")]
    Overloaded,
    /// It may or may not have been recorded.
    #[error("it is not known whether request {0} was recorded: send it again with the same command id")]
    OutcomeUnknown(Uuid),
    /// The log cannot be read or written now.
    #[error("the log is not available now: try again in a moment")]
    Unavailable(#[source] LogError),
    /// Our own fault.
    #[error("the service failed; the fault is logged")]
    Internal(#[source] LogError),
}

/// What went wrong with the log.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LogError {
    /// Reading.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Writing.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// Understanding what was read.
    #[error("{0}")]
    Decode(String),
    /// Writing down what was decided.
    #[error("an event cannot be written as JSON: {0}")]
    Encode(String),
}

impl<R: Into<Refusal>> From<R> for CommandError {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<ReadError> for CommandError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unavailable(_) => Self::Unavailable(error.into()),
            ReadError::Damaged(_) => Self::Internal(error.into()),
        }
    }
}

impl From<DecodeError> for CommandError {
    fn from(error: DecodeError) -> Self {
        Self::Internal(LogError::Decode(format!("{error}: {}", error.source)))
    }
}

impl From<AppendError> for CommandError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Conflict { .. } => Self::Refused(Refusal::VersionConflict { actual: None }),
            AppendError::CommandIdReused(_) => Self::Refused(Refusal::CommandIdReused),
            AppendError::Overloaded => Self::Overloaded,
            AppendError::OutcomeUnknown(id) => Self::OutcomeUnknown(id),
            AppendError::Unavailable(_) => Self::Unavailable(error.into()),
            AppendError::Erased => Self::Refused(Refusal::PersonErased),
            // The bus has taken the second for the answer that it is.
            AppendError::Invalid(_) | AppendError::UnchangedBefore(_) => Self::Internal(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_tells_the_version_of_the_case_and_of_nothing_else() {
        let told = |actual| Refusal::VersionConflict { actual }.to_string();
        assert_eq!(
            told(Some(3)),
            "This case was changed by someone else: it is now at version 3. Look at it again before you change it."
        );
        assert_eq!(
            told(None),
            "This case was changed by someone else. Look at it again before you change it."
        );
    }
}
