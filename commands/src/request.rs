//! Requests to the bus, and its answers.

use std::future::Future;

use chrono::{DateTime, Utc};
use domain::{AnyStream, PrisonCode, StaffId};
use event_store::{Position, Receipt};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    access::{Principal, Rule},
    context::CommandContext,
    error::CommandError,
};

/// A change that the bus can make. Each names the rule under which it may be asked, so none can be without one.
pub trait Operation: Serialize + Send + Sync {
    /// Its name, as the API spells it.
    const NAME: &'static str;
    /// Who may ask it.
    const RULE: Rule;

    /// The stream whose version a caller may state.
    fn subject(&self) -> AnyStream;

    /// The streams that the decision reads, in one query.
    fn read_set(&self) -> Vec<AnyStream> {
        vec![self.subject()]
    }

    /// The prison in whose context it is asked, when the request names one.
    fn prison(&self) -> Option<PrisonCode>;

    /// The POM whom it puts on a case; their name and address are refreshed afterwards.
    fn chosen_pom(&self) -> Option<(PrisonCode, StaffId)> {
        None
    }

    /// Decides, and writes the events.
    fn decide(
        &self,
        context: &mut CommandContext<'_>,
    ) -> impl Future<Output = Result<(), CommandError>> + Send;
}

/// An operation as someone asks it.
#[derive(Debug, Clone)]
pub struct Request<O> {
    /// What is asked.
    pub operation: O,
    /// Who asks.
    pub caller: Principal,
    /// The caller's id for this request, when they may send it again.
    pub command_id: Option<Uuid>,
    /// The version that the caller saw.
    pub expected_version: Option<u64>,
    /// The request that this goes back to.
    pub correlation_id: Uuid,
    /// The inbound message or the event that caused it, if one did.
    pub causation_id: Option<String>,
    /// When it took effect, UTC; now unless someone tells of the past.
    pub occurred_at: Option<DateTime<Utc>>,
}

impl<O: Operation> Request<O> {
    /// A request made now, without an id of the caller's.
    #[must_use]
    pub fn new(operation: O, caller: Principal) -> Self {
        Self {
            operation,
            caller,
            command_id: None,
            expected_version: None,
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            occurred_at: None,
        }
    }
}

/// What became of a request that was not refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Where its events stand; none when nothing had to change.
    pub receipt: Option<Receipt>,
    /// The version of the operation's subject.
    pub version: u64,
}

impl Done {
    /// The position that readers must have reached to see the change.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.receipt.as_ref().map(|receipt| receipt.last)
    }

    /// Whether this is the answer to an earlier delivery of the same request.
    #[must_use]
    pub fn replayed(&self) -> bool {
        self.receipt.as_ref().is_some_and(|receipt| receipt.replayed)
    }
}
