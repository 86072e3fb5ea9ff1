//! Why a reaction could not be done, and whether another try can help.

use std::time::Duration;

use event_store::DecodeError;

use crate::{
    error::{CommandError, Refusal},
    ports::FactUnavailable,
};

/// After how many failures of its own a task is parked.
const ATTEMPTS: u32 = 10;
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// The longest wait for what is away.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// The longest wait after a fault of the task's own.
const LONGEST_FAULT_WAIT: Duration = Duration::from_mins(15);

/// Why a reaction could not be done.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReactionError {
    /// The event cannot be read by this version.
    #[error("{0}")]
    Undecodable(String),
    /// A fact is not available now.
    #[error(transparent)]
    Fact(#[from] FactUnavailable),
    /// A command was not done.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// It took too long.
    #[error("the reaction took too long")]
    TooSlow,
}

/// The remedy for a failed task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Try again after this wait.
    Defer {
        wait: Duration,
        /// Whether the fault is the task's own: then it is not tried for ever.
        own_fault: bool,
    },
    /// Wait for an operator.
    Park,
}

impl From<DecodeError> for ReactionError {
    fn from(error: DecodeError) -> Self {
        Self::Undecodable(error.to_string())
    }
}

impl ReactionError {
    /// The remedy after these earlier attempts and failures.
    pub(super) fn remedy(&self, attempts: u32, failures: u32) -> Remedy {
        let (own_fault, longest) = match self {
            Self::Undecodable(_) => return Remedy::Park,
            Self::Fact(_) | Self::TooSlow => (false, LONGEST_WAIT),
            Self::Command(error) => match error {
                CommandError::Refused(Refusal::VersionConflict { .. })
                | CommandError::FactUnavailable(_)
                | CommandError::Overloaded
                | CommandError::OutcomeUnknown(_)
                | CommandError::Unavailable(_) => (false, LONGEST_WAIT),
                CommandError::Internal(_) => (true, LONGEST_FAULT_WAIT),
                CommandError::Forbidden(_) | CommandError::Refused(_) => return Remedy::Park,
            },
        };
        if own_fault && attempts.saturating_add(1) >= ATTEMPTS {
            return Remedy::Park;
        }
        let doubled = 2_u32.saturating_pow(failures);
        Remedy::Defer {
            wait: FIRST_WAIT.saturating_mul(doubled).min(longest),
            own_fault,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::LogError;

    fn away() -> ReactionError {
        ReactionError::Command(CommandError::Overloaded)
    }

    fn fault() -> ReactionError {
        ReactionError::Command(CommandError::Internal(LogError::Decode("a fault".to_owned())))
    }

    fn wait(error: &ReactionError, failures: u32) -> Option<u64> {
        match error.remedy(0, failures) {
            Remedy::Defer { wait, .. } => Some(wait.as_secs()),
            Remedy::Park => None,
        }
    }

    #[test]
    fn what_is_away_is_tried_again_for_ever_and_at_least_once_a_minute() {
        let waits: Vec<_> = [0, 1, 2, 3, 4, 99].map(|failures| wait(&away(), failures)).into();
        assert_eq!(waits, [5, 10, 20, 40, 60, 60].map(Some));
        let forever = Remedy::Defer {
            wait: LONGEST_WAIT,
            own_fault: false,
        };
        assert_eq!(away().remedy(99, 99), forever);
    }

    #[test]
    fn what_fails_while_others_pass_is_parked_after_ten_times() {
        assert_eq!(wait(&fault(), 99), Some(900));
        assert_eq!(fault().remedy(9, 9), Remedy::Park);
    }

    #[test]
    fn what_no_other_try_can_help_is_parked_at_once() {
        let refused = ReactionError::Command(CommandError::Refused(Refusal::PrisonerNotFound));
        assert_eq!(refused.remedy(0, 0), Remedy::Park);
        assert_eq!(
            ReactionError::Undecodable("an event".to_owned()).remedy(0, 0),
            Remedy::Park
        );
        let conflict = Refusal::VersionConflict { actual: None };
        assert_eq!(
            wait(&ReactionError::Command(CommandError::Refused(conflict)), 0),
            Some(5)
        );
    }
}
