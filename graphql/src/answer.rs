//! An answer as HTTP carries it: the body and the status, whatever the web framework.

use std::time::Duration;

use async_graphql::{Response, ServerError};

use crate::{
    fault::{Code, Fault, RETRY_AFTER},
    guard::GuardRefusal,
};

/// The media types in which answers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `application/graphql-response+json`: the status tells what became of the request.
    GraphQlResponse,
    /// `application/json`: the status of a well-formed request is 200, because older clients read the body only then.
    Json,
}

/// How far a request got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is not a GraphQL request at all.
    Malformed,
    /// It is larger than a request may be.
    TooLarge,
    /// Nobody is known to have sent it.
    Unauthenticated,
    /// It would change something, and came by a transport that must not.
    WrongTransport,
    /// It was refused before it was executed.
    NotExecuted,
    /// It was executed; single fields may have errors.
    Executed,
    /// Whether it may be executed cannot be told now.
    Unavailable,
    /// The caller asks too often; how many seconds to wait.
    RateLimited(u64),
    /// It took too long and was given up.
    TimedOut,
    /// It failed inside.
    Failed,
}

/// What a client is answered.
#[derive(Debug)]
pub struct Answer {
    response: Response,
    outcome: Outcome,
}

impl Answer {
    pub(crate) const fn new(response: Response, outcome: Outcome) -> Self {
        Self { response, outcome }
    }

    fn refused(fault: Fault, outcome: Outcome) -> Self {
        Self::new(Response::from_errors(vec![fault.into_server_error()]), outcome)
    }

    /// The answer to a request without a valid token.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::refused(crate::doorkeeper::unauthenticated(), Outcome::Unauthenticated)
    }

    /// The answer to a request that is wrong before it is GraphQL, such as a header that cannot be read. The text is
    /// shown to the client.
    #[must_use]
    pub fn malformed(message: &str) -> Self {
        Self::refused(Fault::bad_input(message), Outcome::Malformed)
    }

    /// The answer while it cannot be told who sent a request: they may come back. The text is shown to the client.
    #[must_use]
    pub fn unavailable(message: &str) -> Self {
        Self::refused(Fault::new(Code::Overloaded, message), Outcome::Unavailable)
    }

    /// The answer to a caller who asks too often and may ask again after this long.
    #[must_use]
    pub fn rate_limited(wait: Duration) -> Self {
        let seconds = wait.as_secs().saturating_add(1);
        Self::refused(Fault::rate_limited(seconds), Outcome::RateLimited(seconds))
    }

    /// After how many seconds to ask again: for the header `Retry-After`.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u64> {
        match self.outcome {
            Outcome::RateLimited(seconds) => Some(seconds),
            Outcome::Unavailable | Outcome::TimedOut => Some(RETRY_AFTER),
            _ => None,
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self, media_type: MediaType) -> u16 {
        match (self.outcome, media_type) {
            (Outcome::Executed, _) | (Outcome::NotExecuted, MediaType::Json) => 200,
            (Outcome::NotExecuted, MediaType::GraphQlResponse) | (Outcome::Malformed, _) => 400,
            (Outcome::Unauthenticated, _) => 401,
            (Outcome::WrongTransport, _) => 405,
            (Outcome::TooLarge, _) => 413,
            (Outcome::RateLimited(_), _) => 429,
            (Outcome::Failed, _) => 500,
            (Outcome::Unavailable, _) => 503,
            (Outcome::TimedOut, _) => 504,
        }
    }

    /// The body, in JSON. What was not executed has no `data`.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let body = match self.outcome {
            Outcome::Executed => serde_json::to_vec(&self.response),
            _ => serde_json::to_vec(&serde_json::json!({ "errors": self.response.errors })),
        };
        // A response is plain values, which always have a JSON form.
        body.unwrap_or_default()
    }

    /// Whether it was executed; otherwise there is no data, but errors about the request as a whole.
    #[must_use]
    pub const fn was_executed(&self) -> bool {
        matches!(self.outcome, Outcome::Executed)
    }

    /// The errors, for logs and metrics.
    #[must_use]
    pub fn errors(&self) -> &[ServerError] {
        &self.response.errors
    }

    /// The response as the library has it.
    #[must_use]
    pub fn into_response(self) -> Response {
        self.response
    }
}

impl From<GuardRefusal> for Answer {
    fn from(refusal: GuardRefusal) -> Self {
        let outcome = match refusal {
            GuardRefusal::TooLarge(_) => Outcome::TooLarge,
            GuardRefusal::NotARequest | GuardRefusal::Batch | GuardRefusal::NoQuery => Outcome::Malformed,
            _ => Outcome::NotExecuted,
        };
        Self::refused(refusal.into(), outcome)
    }
}

impl From<GuardRefusal> for Fault {
    fn from(refusal: GuardRefusal) -> Self {
        let code: Code = refusal.code();
        Self::new(code, refusal.to_string())
    }
}
