//! The inbox: messages of other services become commands, each once in effect.
//!
//! A message is unwrapped (`envelope`), looked up by its type ([`InboundType`]) and handled (`handling`); then it is
//! acknowledged, or put back for another try or for the dead letters (`queue`, [`Trouble`]).

mod envelope;
mod event_type;
mod handling;
mod instant;
mod prisoner_released;
mod queue;
mod trouble;

use std::{sync::Arc, time::Duration};

use aws_sdk_sqs::types::Message;
use commands::CommandBus;
use tokio::{
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use self::{envelope::Delivery, queue::Queue};
pub use self::{
    event_type::InboundType,
    trouble::{Malformed, Trouble},
};
use crate::Backoff;

/// How long to wait when the queue cannot be asked.
const QUEUE_BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(500),
    longest: Duration::from_secs(30),
};

/// What an inbox needs.
#[derive(Clone)]
pub struct InboxOptions {
    /// The client.
    pub sqs: aws_sdk_sqs::Client,
    /// The name of the inbound queue.
    pub queue: String,
    /// Where commands go.
    pub bus: CommandBus,
    /// How many messages are dealt with at once.
    pub concurrency: usize,
    /// How long to wait for messages that are not there yet: whole seconds, at most 20.
    pub wait: Duration,
    /// How long a message may take; less than the queue's visibility timeout.
    pub patience: Duration,
    /// After how long a message comes again: after the first failure, the second, and so on; the last is repeated.
    pub backoff: Vec<Duration>,
}

impl InboxOptions {
    /// The options of production.
    #[must_use]
    pub fn new(sqs: aws_sdk_sqs::Client, queue: impl Into<String>, bus: CommandBus) -> Self {
        Self {
            sqs,
            queue: queue.into(),
            bus,
            concurrency: 8,
            wait: Duration::from_secs(20),
            patience: Duration::from_secs(25),
            backoff: vec![
                Duration::from_secs(30),
                Duration::from_mins(5),
                Duration::from_mins(15),
            ],
        }
    }
}

/// The inbox.
pub struct Inbox;

/// A running inbox.
#[derive(Debug)]
pub struct InboxHandle {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Inbox {
    /// Starts receiving.
    #[must_use]
    pub fn start(options: InboxOptions) -> InboxHandle {
        let stop = CancellationToken::new();
        let task = tokio::spawn(receive(Arc::new(options), stop.clone()));
        InboxHandle { stop, task }
    }
}

impl InboxHandle {
    /// Stops: nothing more is received, and what was received is dealt with.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the inbox ended badly; what it had not dealt with is delivered again");
        }
    }
}

async fn receive(options: Arc<InboxOptions>, stop: CancellationToken) {
    let Some(queue) = stop.run_until_cancelled(open(&options)).await else {
        return;
    };
    let mut under_way = JoinSet::new();
    let mut failures = 0_u32;
    while !stop.is_cancelled() {
        if under_way.len() >= options.concurrency {
            under_way.join_next().await;
            continue;
        }
        while under_way.try_join_next().is_some() {}
        let room = options.concurrency.saturating_sub(under_way.len());
        match stop.run_until_cancelled(queue.receive(room, options.wait)).await {
            None => {}
            Some(Ok(messages)) => {
                failures = 0;
                for message in messages {
                    let (options, queue) = (Arc::clone(&options), Arc::clone(&queue));
                    under_way.spawn(async move { deal_with(&options, &queue, &message).await });
                }
            }
            Some(Err(error)) => {
                failures = failures.saturating_add(1);
                tracing::warn!(%error, failures, "the inbound queue does not answer; trying again");
                stop.run_until_cancelled(sleep(QUEUE_BACKOFF.after(failures)))
                    .await;
            }
        }
    }
    while under_way.join_next().await.is_some() {}
}

/// Opens the queue, however long that takes.
async fn open(options: &InboxOptions) -> Arc<Queue> {
    let mut failures = 0_u32;
    loop {
        match Queue::open(options.sqs.clone(), &options.queue, options.backoff.clone()).await {
            Ok(queue) => return Arc::new(queue),
            Err(error) => {
                failures = failures.saturating_add(1);
                tracing::warn!(%error, failures, "the inbound queue does not answer; trying again");
                sleep(QUEUE_BACKOFF.after(failures)).await;
            }
        }
    }
}

async fn deal_with(options: &InboxOptions, queue: &Queue, message: &Message) {
    let (kind, result) = match envelope::unwrap(message) {
        Ok(delivery) => outcome(options, &delivery).await,
        Err(malformed) => ("none", Err(malformed.into())),
    };
    let result = match result {
        Ok(result) => {
            queue.acknowledge(message).await;
            result
        }
        Err(trouble) => {
            let wait = queue.put_back(message, &trouble).await;
            let id = message.message_id().unwrap_or_default();
            if trouble.is_transient() {
                tracing::warn!(message = id, kind, %trouble, ?wait, "a message could not be dealt with and comes again");
                "deferred"
            } else {
                tracing::error!(message = id, kind, %trouble, "a message cannot be dealt with and goes to the dead letters");
                "rejected"
            }
        }
    };
    metrics::counter!("inbox_messages_total", "type" => kind, "result" => result).increment(1);
}

/// The type of a message, as far as it is known, and what became of it.
async fn outcome(
    options: &InboxOptions,
    delivery: &Delivery,
) -> (&'static str, Result<&'static str, Trouble>) {
    let Some(name) = delivery.event_type.as_deref() else {
        tracing::warn!(
            message = delivery.id,
            "a message without an eventType is acknowledged unread"
        );
        return ("none", Ok("untyped"));
    };
    let Some(kind) = InboundType::of(name) else {
        return ("other", Ok("unknown"));
    };
    let handled = timeout(options.patience, handling::handle(&options.bus, kind, delivery)).await;
    let result = handled
        .unwrap_or(Err(Trouble::TooSlow))
        .map(handling::Handled::name);
    (kind.name(), result)
}
