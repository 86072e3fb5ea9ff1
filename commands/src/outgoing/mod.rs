//! From events to the messages that other services get: pure, one file per message.
//!
//! The unit of work asks [`Outgoing::messages`] whenever events are written, so an operation cannot forget a message.

mod allocation_changed;
mod links;

use domain::{Stream, Streamed, allocation::Allocation, case::Case, pom::Pom, prisoner::Prisoner};
use event_store::Announcement;
use uuid::Uuid;

pub use links::{InvalidBase, Links};

/// The request that messages go back to, and the inbound message that caused it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Trace {
    pub(crate) correlation_id: Uuid,
    pub(crate) causation_id: Option<String>,
}

/// The events that a command writes to one stream, and what their messages name.
pub(crate) struct Change<'a, A: Streamed> {
    pub(crate) stream: Stream<A>,
    /// The state before the events.
    pub(crate) before: &'a A,
    pub(crate) events: &'a [A::Event],
    pub(crate) trace: &'a Trace,
    /// Without links a message is numbered and never sent.
    pub(crate) links: Option<&'a Links>,
}

/// An aggregate, with the messages that follow from its events. Each names its event by its index in the change.
pub(crate) trait Outgoing: Streamed {
    /// The messages about a change; by default none.
    fn messages(_change: &Change<'_, Self>) -> Vec<Announcement> {
        Vec::new()
    }
}

impl Outgoing for Allocation {
    fn messages(change: &Change<'_, Self>) -> Vec<Announcement> {
        allocation_changed::message(change).into_iter().collect()
    }
}

impl Outgoing for Case {}

impl Outgoing for Pom {}

impl Outgoing for Prisoner {}
