//! Why a request is refused before it reaches the schema.

use std::time::Duration;

use graphql::{Answer, GuardRefusal, budget::OverBudget};

use crate::http::permits::Exhausted;

/// Why a request is refused before it reaches the schema.
#[derive(Debug, Clone)]
pub(super) enum Rejection {
    /// By the guard.
    Guard(GuardRefusal),
    /// The caller has spent their budget.
    OverBudget(OverBudget),
    /// Its body did not arrive within this time.
    SlowBody(Duration),
    /// Too many bytes of bodies are being read.
    SendLimit(Exhausted),
    /// Too many streams are open.
    StreamLimit(Exhausted),
}

impl From<GuardRefusal> for Rejection {
    fn from(refusal: GuardRefusal) -> Self {
        Self::Guard(refusal)
    }
}

impl From<Rejection> for Answer {
    fn from(refused: Rejection) -> Self {
        match refused {
            Rejection::Guard(refusal) => refusal.into(),
            Rejection::OverBudget(over) => Self::over_budget(&over),
            Rejection::SlowBody(limit) => Self::slow_body(limit),
            Rejection::SendLimit(Exhausted::Caller) => {
                Self::at_bound("you send as much at once as one caller may: wait for an answer first")
            }
            Rejection::SendLimit(Exhausted::Service) => {
                Self::unavailable("more is being sent than the service has room for: try again later")
            }
            Rejection::StreamLimit(Exhausted::Caller) => {
                Self::at_bound("you follow as much at once as one caller may: end something first")
            }
            Rejection::StreamLimit(Exhausted::Service) => {
                Self::unavailable("as much is followed as the service has room for: try again later")
            }
        }
    }
}
