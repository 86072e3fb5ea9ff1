//! From the queue into the database: stored, then acknowledged. While nothing can be stored, nothing is received either, so
//! the queue never counts a failure of ours as a failed delivery.

use std::{sync::Arc, time::Duration};

use aws_sdk_sqs::types::Message;
use event_store::inbox::{self, Arrival, Disposition};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{InboundType, InboxOptions, queue::Queue, reading};
use crate::Backoff;

/// How long to wait when queue or database cannot be asked. With the timeout below, less than the queue's visibility
/// timeout.
const BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(500),
    longest: Duration::from_secs(15),
};

/// How long the database may take to store a batch.
const STORE_TIMEOUT: Duration = Duration::from_secs(30);

/// Receives until stopped. `stored` wakes the dispatcher.
pub(super) async fn receive(options: Arc<InboxOptions>, stored: Arc<Notify>, stop: CancellationToken) {
    let Some(queue) = stop.run_until_cancelled(open(&options)).await else {
        return;
    };
    let receiver = Receiver {
        options,
        queue,
        stored,
        stop,
    };
    let mut failures = 0_u32;
    while let Some(received) = receiver.stop.run_until_cancelled(receiver.next_batch()).await {
        match received {
            Ok(batch) => {
                failures = 0;
                receiver.store(&batch).await;
            }
            Err(why) => {
                failures = failures.saturating_add(1);
                tracing::warn!(
                    why,
                    failures,
                    "nothing is received from the inbound queue; trying again"
                );
                let wait = sleep(BACKOFF.after(failures));
                receiver.stop.run_until_cancelled(wait).await;
            }
        }
    }
}

/// Opens the queue, however long that takes.
async fn open(options: &InboxOptions) -> Queue {
    let mut failures = 0_u32;
    loop {
        match Queue::open(options.sqs.clone(), &options.queue).await {
            Ok(queue) => return queue,
            Err(error) => {
                failures = failures.saturating_add(1);
                tracing::warn!(%error, failures, "the inbound queue does not answer; trying again");
                sleep(BACKOFF.after(failures)).await;
            }
        }
    }
}

struct Receiver {
    options: Arc<InboxOptions>,
    queue: Queue,
    stored: Arc<Notify>,
    stop: CancellationToken,
}

impl Receiver {
    /// The next messages, once the database would store them.
    async fn next_batch(&self) -> Result<Vec<Message>, String> {
        match timeout(STORE_TIMEOUT, inbox::ready(&self.options.pool)).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => return Err("the database takes no writes now".to_owned()),
            Ok(Err(_)) | Err(_) => return Err("the database does not answer".to_owned()),
        }
        let received = self.queue.receive(self.options.wait).await;
        received.map_err(|error| error.to_string())
    }

    /// Stores what was received, however long that takes, and acknowledges it.
    async fn store(&self, batch: &[Message]) {
        if batch.is_empty() {
            return;
        }
        let now = self.options.bus.now();
        let arrivals: Vec<Arrival> = batch
            .iter()
            .map(|message| reading::arrival(message, now))
            .collect();
        let mut failures = 0_u32;
        loop {
            match self.keep(&arrivals).await {
                Ok(new) => {
                    self.queue.acknowledge(batch).await;
                    count(&arrivals, &new);
                    self.stored.notify_one();
                    return;
                }
                Err(error) if is_refused(&error) => return self.store_singly(batch, &error).await,
                Err(_) => failures = failures.saturating_add(1),
            }
            tracing::warn!(
                failures,
                count = batch.len(),
                "what was received cannot be stored now; it is held and tried again"
            );
            self.queue.hold(batch).await;
            let wait = sleep(BACKOFF.after(failures));
            if self.stop.run_until_cancelled(wait).await.is_none() {
                return self.queue.nack(batch).await;
            }
        }
    }

    /// One of them cannot be stored at all; the others must not fail with it.
    async fn store_singly(&self, batch: &[Message], error: &sqlx::Error) {
        if let [message] = batch {
            let message_id = message.message_id().unwrap_or_default();
            let code = error
                .as_database_error()
                .and_then(|refusal| refusal.code().map(std::borrow::Cow::into_owned));
            tracing::error!(
                message_id,
                code,
                "a message cannot be stored and is left to the queue, which moves it to the dead letters"
            );
            return;
        }
        for message in batch {
            Box::pin(self.store(std::slice::from_ref(message))).await;
        }
    }

    async fn keep(&self, arrivals: &[Arrival]) -> Result<Vec<String>, sqlx::Error> {
        let kept = inbox::keep(&self.options.pool, &self.options.queue, arrivals);
        timeout(STORE_TIMEOUT, kept)
            .await
            .unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }
}

/// Whether the database refuses a value, whenever it is asked.
fn is_refused(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| ["22", "23", "54"].iter().any(|class| code.starts_with(class)))
}

fn count(arrivals: &[Arrival], new: &[String]) {
    for arrival in arrivals {
        let result = match &arrival.disposition {
            _ if !new.contains(&arrival.deduplication_id) => "duplicate",
            Disposition::Kept { .. } => "kept",
            Disposition::Ignored { .. } => "ignored",
            Disposition::Parked { reason, .. } => {
                let message_id = &arrival.message_id;
                tracing::error!(message_id, reason, "a message is not understood and is parked");
                "parked"
            }
        };
        let kind = InboundType::label(arrival.event_type.as_deref());
        metrics::counter!("inbox_messages_total", "type" => kind, "result" => result).increment(1);
    }
}
