//! Why a request is refused before it reaches the schema.

use std::time::Duration;

use graphql::{Answer, GuardRefusal, budget::OverBudget};

use crate::http::places::Full;

/// Why a request is refused before it reaches the schema.
#[derive(Debug, Clone)]
pub(super) enum Refused {
    /// By the guard.
    Guard(GuardRefusal),
    /// The caller has spent their budget.
    OverBudget(OverBudget),
    /// Its body did not arrive within this time.
    SlowBody(Duration),
    /// There is no room for what it sends.
    NoRoomToSend(Full),
    /// There is no room for what it follows.
    NoRoomToFollow(Full),
}

impl From<GuardRefusal> for Refused {
    fn from(refusal: GuardRefusal) -> Self {
        Self::Guard(refusal)
    }
}

impl From<Refused> for Answer {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Guard(refusal) => refusal.into(),
            Refused::OverBudget(over) => Self::over_budget(&over),
            Refused::SlowBody(patience) => Self::slow_body(patience),
            Refused::NoRoomToSend(Full::Caller) => {
                Self::at_bound("you send as much at once as one caller may: wait for an answer first")
            }
            Refused::NoRoomToSend(Full::Service) => {
                Self::unavailable("more is being sent than the service has room for: try again later")
            }
            Refused::NoRoomToFollow(Full::Caller) => {
                Self::at_bound("you follow as much at once as one caller may: end something first")
            }
            Refused::NoRoomToFollow(Full::Service) => {
                Self::unavailable("as much is followed as the service has room for: try again later")
            }
        }
    }
}
