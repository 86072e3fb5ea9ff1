//! The inbox: messages of other services become commands, each once in effect.
//!
//! A message is read as far as it can be (`envelope`, `reading`, `messages`), stored and only then acknowledged (`receive`,
//! `queue`). What is stored takes effect in its person's order (`dispatch`); what cannot yet is tried again, and what never
//! can is parked for an operator (`operate`). A message is a hint: what it leads to is decided on what is so now.

mod dispatch;
mod envelope;
mod error;
mod event_type;
mod instant;
mod mentioned;
mod messages;
mod operate;
mod queue;
mod reading;
mod receive;
mod tolerant;
mod upkeep;

use std::{sync::Arc, time::Duration};

use commands::CommandBus;
use sqlx::PgPool;
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;

pub use self::{
    error::{InboxError, Malformed},
    event_type::InboundType,
    operate::{InboxStatus, OperateError, ParkedMessage, discard, parked, parked_body, retry, status},
};
use crate::Backoff;

/// What an inbox needs.
#[derive(Clone)]
pub struct InboxOptions {
    /// The client.
    pub sqs: aws_sdk_sqs::Client,
    /// The name of the inbound queue.
    pub queue: String,
    /// The database of the log, where messages are stored.
    pub pool: PgPool,
    /// Where commands go.
    pub bus: CommandBus,
    /// How many persons' messages are processed at once.
    pub concurrency: usize,
    /// How long to wait for messages that are not there yet: whole seconds, at most 20.
    pub wait: Duration,
    /// How long a message may take.
    pub timeout: Duration,
    /// How often the database is polled for stored messages.
    pub poll: Duration,
    /// How long a message waits for what is away.
    pub unavailable_backoff: Backoff,
    /// How long a message waits that fails while others pass.
    pub fault_backoff: Backoff,
    /// How many failures of its own park a message.
    pub attempts: u32,
}

impl InboxOptions {
    /// The options of production.
    #[must_use]
    pub fn new(sqs: aws_sdk_sqs::Client, queue: impl Into<String>, bus: CommandBus, pool: PgPool) -> Self {
        let first = Duration::from_secs(5);
        Self {
            sqs,
            queue: queue.into(),
            pool,
            bus,
            concurrency: 8,
            wait: Duration::from_secs(20),
            timeout: Duration::from_secs(25),
            poll: Duration::from_secs(1),
            unavailable_backoff: Backoff {
                first,
                longest: Duration::from_mins(1),
            },
            fault_backoff: Backoff {
                first,
                longest: Duration::from_mins(15),
            },
            attempts: 10,
        }
    }

    /// How long a claim lasts: longer than a message may take.
    fn lease(&self) -> Duration {
        self.timeout.saturating_add(Duration::from_secs(15))
    }
}

/// The inbox.
pub struct Inbox;

/// A running inbox.
#[derive(Debug)]
pub struct InboxHandle {
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Inbox {
    /// Starts receiving, and working on what was received.
    #[must_use]
    pub fn start(options: InboxOptions) -> InboxHandle {
        let (stop, stored) = (CancellationToken::new(), Arc::new(Notify::new()));
        let options = Arc::new(options);
        let tasks = vec![
            tokio::spawn(receive::receive(
                Arc::clone(&options),
                Arc::clone(&stored),
                stop.clone(),
            )),
            tokio::spawn(upkeep::keep(options.pool.clone(), stop.clone())),
            tokio::spawn(dispatch::dispatch(options, stored, stop.clone())),
        ];
        InboxHandle { stop, tasks }
    }
}

impl InboxHandle {
    /// Stops: nothing more is received, what was received is stored, and what is under way is finished.
    pub async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "the inbox ended badly; what it had not done is done when it starts again");
            }
        }
    }
}
