//! The answer to a request: the HTTP body and status, whatever the web framework.

use std::time::{Duration, Instant};

use async_graphql::{Response, ServerError, value};
use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::{
    budget::{Budget, Busy, Level, OverBudget, REQUEST_COST},
    extensions::pricing::{Bill, Ended},
    fault::{Code, Fault, RETRY_AFTER},
    guard::GuardRefusal,
};

/// The media types in which answers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `application/graphql-response+json`: the status says how far the request got.
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
    /// Its body did not arrive in time.
    SlowBody,
    /// It has no valid token.
    Unauthenticated,
    /// It is a mutation, and the transport does not allow one.
    WrongTransport,
    /// It was refused before it was executed.
    NotExecuted,
    /// It was executed; single fields may have errors.
    Executed,
    /// Whether it may be executed cannot be checked now.
    Unavailable,
    /// The caller is over their limits; how many seconds to wait.
    RateLimited(u64),
    /// It exceeded the time limit.
    TimedOut,
    /// It failed inside.
    Failed,
}

/// The answer to a client.
#[derive(Debug)]
pub struct Answer {
    response: Response,
    outcome: Outcome,
    level: Option<Level>,
}

impl Answer {
    pub(crate) const fn new(response: Response, outcome: Outcome) -> Self {
        Self {
            response,
            outcome,
            level: None,
        }
    }

    fn refused(fault: Fault, outcome: Outcome) -> Self {
        Self::new(Response::from_errors(vec![fault.into_server_error()]), outcome)
    }

    /// The answer to a request without a valid token.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::refused(Fault::unauthenticated(), Outcome::Unauthenticated)
    }

    /// The last answer to who follows something with a token that expires.
    #[must_use]
    pub fn token_expired() -> Self {
        let fault = Fault::new(
            Code::Unauthenticated,
            "the token has expired: connect again with a new one",
        );
        Self::refused(fault, Outcome::Unauthenticated)
    }

    /// The answer to a request that is not GraphQL, such as one with an unreadable header. The client reads the text.
    #[must_use]
    pub fn malformed(message: &str) -> Self {
        Self::refused(Fault::bad_input(message), Outcome::Malformed)
    }

    /// The answer while the sender of a request cannot be checked. The client reads the text, and may retry.
    #[must_use]
    pub fn unavailable(message: &str) -> Self {
        Self::refused(Fault::new(Code::Overloaded, message), Outcome::Unavailable)
    }

    /// The answer to a caller who is over their budget.
    #[must_use]
    pub fn over_budget(over: &OverBudget) -> Self {
        let refused = Self::refused(Fault::over_budget(over), Outcome::RateLimited(over.retry_after()));
        refused.costing(over.cost, over.level)
    }

    /// The same answer with the base cost, for a request that was refused before its cost was computed.
    #[must_use]
    pub fn charged(self, budget: &Budget) -> Self {
        self.costing(REQUEST_COST, budget.level(Instant::now()))
    }

    /// The same answer with its bill.
    pub(crate) fn billed(mut self, bill: &Bill) -> Self {
        match bill.ended() {
            Some(Ended::Priced) => (self.response, self.outcome) = (Response::default(), Outcome::Executed),
            Some(Ended::OverBudget(over)) => self.outcome = Outcome::RateLimited(over.retry_after()),
            Some(Ended::Busy(Busy::Caller)) => self.outcome = Outcome::RateLimited(RETRY_AFTER),
            Some(Ended::Busy(Busy::Service)) => self.outcome = Outcome::Unavailable,
            None => {}
        }
        self.costing(bill.cost(), bill.budget.level(Instant::now()))
    }

    fn costing(mut self, requested: usize, level: Option<Level>) -> Self {
        self.level = level;
        let cost = value!({
            "requested": requested,
            "limit": level.map(|level| level.limit),
            "remaining": level.map(|level| level.remaining),
            "restoredPerSecond": level.map(|level| level.restored_per_second),
            "resetSeconds": level.map(Level::seconds_to_full),
        });
        self.response.extensions.insert("cost".to_owned(), cost);
        self
    }

    /// How full the caller's budget is: for the headers `RateLimit` and `RateLimit-Policy`.
    #[must_use]
    pub const fn level(&self) -> Option<Level> {
        self.level
    }

    /// The answer to a caller who is at a limit of concurrent use. The client reads the text.
    #[must_use]
    pub fn at_bound(message: &str) -> Self {
        let fault = Fault::new(Code::RateLimited, message).retry_after(RETRY_AFTER);
        Self::refused(fault, Outcome::RateLimited(RETRY_AFTER))
    }

    /// The answer to a body that did not arrive within this long.
    #[must_use]
    pub fn slow_body(timeout: Duration) -> Self {
        let seconds = timeout.as_secs();
        let message = format!("the body did not arrive within {seconds} s: send it again");
        Self::refused(Fault::bad_input(message), Outcome::SlowBody)
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
            (Outcome::SlowBody, _) => 408,
            (Outcome::TooLarge, _) => 413,
            (Outcome::RateLimited(_), _) => 429,
            (Outcome::Failed, _) => 500,
            (Outcome::Unavailable, _) => 503,
            (Outcome::TimedOut, _) => 504,
        }
    }

    /// Whether the request got as far as being executed. If not, there are errors and no data.
    #[must_use]
    pub const fn was_executed(&self) -> bool {
        matches!(self.outcome, Outcome::Executed)
    }

    /// The body, in JSON.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        // An answer is plain values, which always have a JSON form.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The errors.
    #[must_use]
    pub fn errors(&self) -> &[ServerError] {
        &self.response.errors
    }
}

/// A request that was not executed has no `data`.
impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.was_executed() {
            return self.response.serialize(serializer);
        }
        let mut refusal = serializer.serialize_struct("Answer", 2)?;
        refusal.serialize_field("errors", self.errors())?;
        if !self.response.extensions.is_empty() {
            refusal.serialize_field("extensions", &self.response.extensions)?;
        }
        refusal.end()
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
