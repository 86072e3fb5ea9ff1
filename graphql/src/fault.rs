//! Errors as clients see them: each with a stable code, none with words from inside.

use std::{error::Error as StdError, time::Duration};

use async_graphql::{Error, ErrorExtensionValues, ServerError, Value};
use commands::CommandError;
use commands::ReadError;
use projections::ReadModelError;

use crate::budget::OverBudget;

#[cfg(test)]
mod tests;

/// How soon to try again when something is busy or behind, in seconds.
pub(crate) const RETRY_AFTER: u64 = 1;

/// The message for an unknown stored document, fixed by the protocol.
pub(crate) const NOT_STORED: &str = "PersistedQueryNotFound";

/// The kind of an error: `extensions.code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// No valid token.
    Unauthenticated,
    /// Not for this caller.
    Forbidden,
    /// The request is wrong; the text says where.
    BadUserInput,
    /// The request asks for too much at once.
    QueryTooComplex,
    /// The read models have not reached the position asked for.
    NotYetProjected,
    /// The service or something it needs is busy: try again later.
    Overloaded,
    /// The caller is over their limits: try again later.
    RateLimited,
    /// It exceeded the time limit.
    TimedOut,
    /// Our fault; the log has it.
    Internal,
    /// The stored document is not stored: send it in full.
    PersistedQueryNotFound,
}

impl Code {
    /// As clients read it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Self::NotYetProjected => "NOT_YET_PROJECTED",
            Self::Overloaded => "OVERLOADED",
            Self::RateLimited => "RATE_LIMITED",
            Self::TimedOut => "TIMED_OUT",
            Self::Internal => "INTERNAL",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
        }
    }
}

/// An error on its way to the client.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    code: Code,
    message: String,
    details: Vec<(&'static str, Value)>,
}

impl Fault {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        let fault = Self {
            code,
            message: message.into(),
            details: Vec::new(),
        };
        match code {
            Code::Overloaded | Code::NotYetProjected | Code::TimedOut => fault.retry_after(RETRY_AFTER),
            _ => fault,
        }
    }

    /// The request has no valid token.
    pub(crate) fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated, "sign in first: send a valid token")
    }

    /// The caller is over their budget.
    pub(crate) fn over_budget(over: &OverBudget) -> Self {
        let (cost, seconds) = (over.cost, over.retry_after());
        let remaining = over.level.map(|level| level.remaining);
        let message = match remaining {
            Some(remaining) if remaining < u64::try_from(cost).unwrap_or(u64::MAX) => {
                format!("this costs {cost} and {remaining} is left of your budget: try again in {seconds} s")
            }
            _ => format!("you ask too often: try again in {seconds} s"),
        };
        let mut fault = Self::new(Code::RateLimited, message).retry_after(seconds);
        fault.details.push(("cost", cost.into()));
        fault.details.push(("remaining", remaining.into()));
        fault
    }

    /// A document that exceeds a limit.
    pub(crate) fn too_complex(what: &str, cost: usize, limit: usize) -> Self {
        let message = format!("{what} {cost}, and {limit} is the most: ask for less at once");
        let mut fault = Self::new(Code::QueryTooComplex, message);
        fault.details.push(("cost", cost.into()));
        fault.details.push(("limit", limit.into()));
        fault
    }

    /// The request exceeded this time limit.
    pub(crate) fn timed_out(timeout: Duration) -> Self {
        let message = format!(
            "no answer within {} s: ask for less or try again; a change may have been recorded, so send it with the same commandId",
            timeout.as_secs()
        );
        Self::new(Code::TimedOut, message)
    }

    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.details.push(("retryAfterSeconds", seconds.into()));
        self
    }

    pub(crate) fn bad_input(message: impl Into<String>) -> Self {
        Self::new(Code::BadUserInput, message)
    }

    pub(crate) fn forbidden(why: commands::access::Forbidden) -> Self {
        Self::new(Code::Forbidden, why.to_string())
    }

    /// Our own fault: the log gets the causes, the client does not.
    pub(crate) fn internal(error: &dyn StdError) -> Self {
        tracing::error!(error = %with_causes(error), "a request failed inside");
        Self::new(Code::Internal, INTERNAL)
    }

    /// Something does not answer now: the log gets the causes, the client may come back.
    fn busy(error: &dyn StdError, message: String) -> Self {
        tracing::warn!(error = %with_causes(error), "a request could not be served now");
        Self::new(Code::Overloaded, message)
    }

    fn with(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.details.push((name, Value::String(value.to_string())));
        self
    }

    fn extensions(&self) -> ErrorExtensionValues {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code.as_str());
        for (name, value) in &self.details {
            extensions.set(name, value.clone());
        }
        extensions
    }

    pub(crate) fn into_server_error(self) -> ServerError {
        let mut error = ServerError::new(&self.message, None);
        error.extensions = Some(self.extensions());
        error
    }
}

const INTERNAL: &str = "the service failed; the fault is logged";

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        let extensions = Some(fault.extensions());
        Self {
            message: fault.message,
            source: None,
            extensions,
        }
    }
}

/// Mutations answer refusals as data. Only callers that cannot do so turn them into faults.
impl From<CommandError> for Fault {
    fn from(error: CommandError) -> Self {
        match &error {
            CommandError::Forbidden(why) => Self::forbidden(*why),
            CommandError::Refused(refusal) => Self::bad_input(refusal.to_string()),
            CommandError::FactUnavailable(fact) => Self::busy(&error, fact.to_string()),
            CommandError::Overloaded | CommandError::Unavailable(_) => Self::busy(&error, error.to_string()),
            CommandError::OutcomeUnknown(id) => Self::busy(&error, error.to_string()).with("commandId", id),
            CommandError::Internal(_) => Self::internal(&error),
        }
    }
}

impl From<ReadModelError> for Fault {
    fn from(error: ReadModelError) -> Self {
        match &error {
            ReadModelError::NotYetProjected { wanted, reached } => Self::new(
                Code::NotYetProjected,
                format!("position {wanted} is not yet readable, {reached} is: ask again in a moment"),
            )
            .with("wanted", wanted)
            .with("reached", reached),
            ReadModelError::BeyondLog { wanted, head } => Self::bad_input(error.to_string())
                .with("wanted", wanted)
                .with("head", head),
            ReadModelError::BadCursor => {
                Self::bad_input("the cursor is not one of this list: start without it")
            }
            ReadModelError::Unavailable(_)
            | ReadModelError::Stopped { .. }
            | ReadModelError::Log(ReadError::Unavailable(_)) => Self::busy(
                &error,
                "this cannot be read now: try again in a moment".to_owned(),
            ),
            ReadModelError::Damaged(_) | ReadModelError::Log(ReadError::Damaged(_)) => Self::internal(&error),
        }
    }
}

/// Gives an error of the library's a code; those from our resolvers have theirs.
pub(crate) fn label(error: &mut ServerError) {
    if error
        .extensions
        .as_ref()
        .is_some_and(|extensions| extensions.get("code").is_some())
    {
        return;
    }
    let code = code_of(&error.message);
    if code == Code::Internal {
        tracing::error!(error = error.message, "the GraphQL library failed");
        INTERNAL.clone_into(&mut error.message);
    }
    error
        .extensions
        .get_or_insert_default()
        .set("code", code.as_str());
}

fn code_of(message: &str) -> Code {
    if message == NOT_STORED {
        Code::PersistedQueryNotFound
    } else if message.starts_with("The recursion depth") {
        Code::QueryTooComplex
    } else if message.starts_with("internal:") || message.starts_with("Data `") {
        Code::Internal
    } else {
        Code::BadUserInput
    }
}

fn with_causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
