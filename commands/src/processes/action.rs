//! What a process may want: a command, a due date, a fact.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use event_store::follow::Wake;
use serde_json::Value;
use uuid::Uuid;

use super::Question;
use crate::{
    access::Principal,
    bus::CommandBus,
    error::CommandError,
    request::{Done, Operation, Request},
};

/// What a process wants.
#[derive(Debug, PartialEq)]
pub enum Action {
    /// Send a command. Its id comes from its place among the commands of the reaction. So a reaction whose commands depend on facts,
    /// which may have changed when it is repeated, sets a due date per command instead, and sends one command from each.
    Send(Command),
    /// Come back to a key at a time. A later wish for the same key, from the same event, takes the place of an earlier one.
    Wake(Wake),
    /// Ask for a fact, and react again with the answer.
    Ask(Question),
}

impl Action {
    /// Sends this operation.
    #[must_use]
    pub fn send<O: Operation + Clone + 'static>(operation: O) -> Self {
        Self::Send(Command::new(operation))
    }

    /// Comes back to this key at this time, UTC.
    #[must_use]
    pub fn wake(key: impl Into<String>, at: DateTime<Utc>) -> Self {
        let key = key.into();
        Self::Wake(Wake { key, at })
    }
}

/// An operation of any type.
pub struct Command {
    name: &'static str,
    /// The operation as JSON: commands are compared and shown by it.
    body: Value,
    operation: Box<dyn Sendable>,
}

/// What goes with a command of a process.
#[derive(Debug)]
pub(super) struct Envelope {
    pub(super) command_id: Uuid,
    pub(super) process: &'static str,
    pub(super) correlation_id: Uuid,
    pub(super) causation_id: String,
}

#[async_trait]
trait Sendable: Send + Sync {
    async fn send(&self, bus: &CommandBus, envelope: Envelope) -> Result<Done, CommandError>;
}

#[async_trait]
impl<O: Operation + Clone + 'static> Sendable for O {
    async fn send(&self, bus: &CommandBus, envelope: Envelope) -> Result<Done, CommandError> {
        let caller = Principal::system(envelope.process);
        let request = Request {
            command_id: Some(envelope.command_id),
            correlation_id: envelope.correlation_id,
            causation_id: Some(envelope.causation_id),
            ..Request::new(self.clone(), caller)
        };
        bus.execute(request).await
    }
}

impl Command {
    fn new<O: Operation + Clone + 'static>(operation: O) -> Self {
        Self {
            name: O::NAME,
            body: serde_json::to_value(&operation).unwrap_or_default(),
            operation: Box::new(operation),
        }
    }

    pub(super) async fn send(&self, bus: &CommandBus, envelope: Envelope) -> Result<Done, CommandError> {
        self.operation.send(bus, envelope).await
    }
}

impl PartialEq for Command {
    fn eq(&self, other: &Self) -> bool {
        (self.name, &self.body) == (other.name, &other.body)
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.body)
    }
}
