//! The relay at work, for as long as it holds the lease: several calls at a time, one message per key at a time.

use std::sync::Arc;

use event_store::{
    Lease, Position,
    outbox::{self, OutboxMessage, OutboxPosition},
};
use sqlx::PgPool;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    RelayOptions,
    backlog::Backlog,
    held_keys::HeldKeys,
    lease_guard::LeaseGuard,
    publish::{Fault, PublishOutcome, Topic},
};

/// How many messages are held in memory: a few megabytes.
const WINDOW: usize = 2_000;

/// Why a session ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Interrupted {
    #[error("the outbox cannot be read or written now")]
    Database(#[from] sqlx::Error),
    #[error("another replica has taken the lease over")]
    LeaseLost,
    #[error("a call to SNS was broken off")]
    Call(#[from] tokio::task::JoinError),
}

type Called = Result<PublishOutcome, Interrupted>;

/// The relay's work under one lease.
pub(crate) struct Session {
    options: Arc<RelayOptions>,
    watermark: watch::Receiver<Position>,
    watermark_closed: bool,
    lease: LeaseGuard,
    topic: Topic,
    backlog: Backlog,
    held_keys: HeldKeys,
    calls: JoinSet<Called>,
    /// Everything up to here is in memory, held, or gone.
    loaded: OutboxPosition,
    more_to_load: bool,
    /// Calls that failed in a row for a reason that is no message's.
    failures: u32,
    pause: Option<Instant>,
}

impl Session {
    /// Begins work under a lease.
    pub(crate) async fn begin(options: Arc<RelayOptions>, lease: LeaseGuard) -> Result<Self, Interrupted> {
        let topic = Topic {
            sns: options.sns.clone(),
            arn: options.topic_arn.clone(),
            timeout: options.call_timeout,
        };
        Ok(Self {
            watermark: options.watermark.clone(),
            watermark_closed: false,
            topic,
            backlog: Backlog::default(),
            held_keys: HeldKeys::new(outbox::parked_keys(&options.pool).await?),
            calls: JoinSet::new(),
            loaded: OutboxPosition::START,
            more_to_load: true,
            failures: 0,
            pause: None,
            options,
            lease,
        })
    }

    /// Works until stopped or interrupted. Calls that are under way end first, so that the next owner never meets them.
    pub(crate) async fn run(mut self, stop: &CancellationToken) -> Result<(), Interrupted> {
        let worked = self.work(stop).await;
        while self.calls.join_next().await.is_some() {}
        self.lease.release().await;
        worked
    }

    async fn work(&mut self, stop: &CancellationToken) -> Result<(), Interrupted> {
        let mut poll = interval(self.options.poll);
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.load().await?;
            self.call();
            let due = self.next_due();
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                Some(called) = self.calls.join_next(), if !self.calls.is_empty() => self.finish_call(called??).await?,
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => self.resume().await?,
                _ = poll.tick() => self.poll_database().await?,
                changed = self.watermark.changed(), if !self.watermark_closed => {
                    self.watermark_closed = changed.is_err();
                    self.more_to_load = true;
                }
            }
        }
    }

    /// Fills the window with messages up to the watermark.
    async fn load(&mut self) -> Result<(), Interrupted> {
        let room = WINDOW.saturating_sub(self.backlog.waiting());
        if !self.more_to_load || room < WINDOW.div_euclid(2) {
            return Ok(());
        }
        let watermark = self.watermark.borrow_and_update().get();
        let messages =
            outbox::load(self.pool(), self.loaded, watermark, &self.held_keys.keys(), room).await?;
        self.more_to_load = messages.len() == room;
        self.loaded = match messages.last() {
            Some(last) if self.more_to_load => last.place,
            // The log hands out positions in order: what is not there up to the watermark will never be.
            _ => self.loaded.max(OutboxPosition::after(watermark)),
        };
        for message in messages {
            self.backlog.add(message);
        }
        Ok(())
    }

    /// Starts as many calls as may run. After a failed call a single one tries whether SNS is back.
    fn call(&mut self) {
        let most = if self.failures == 0 {
            self.options.concurrency
        } else {
            1
        };
        let paused = self.pause.is_some();
        while !paused && self.calls.len() < most && self.lease.outlasts(self.options.call_timeout) {
            let batch = self.backlog.take_batch();
            if batch.is_empty() {
                return;
            }
            let (topic, pool, lease) = (self.topic.clone(), self.pool().clone(), self.lease.get().clone());
            self.calls
                .spawn(async move { publish(&topic, &pool, &lease, batch).await });
        }
    }

    async fn finish_call(&mut self, answer: PublishOutcome) -> Result<(), Interrupted> {
        match answer {
            PublishOutcome::Each { accepted, refused } => {
                self.failures = 0;
                for message in accepted {
                    self.held_keys.succeeded(&message.key);
                    self.backlog.done(&message.key);
                }
                for (message, fault) in refused {
                    self.refused(&message, &fault).await?;
                }
            }
            PublishOutcome::Contents { batch, code } if batch.len() == 1 => {
                let fault = Fault {
                    code,
                    permanent: true,
                };
                for message in &batch {
                    self.refused(message, &fault).await?;
                }
            }
            PublishOutcome::Contents { batch, code } => {
                tracing::warn!(
                    code,
                    "SNS refused a call for its contents: each message now goes alone"
                );
                for message in batch {
                    self.backlog.give_back_alone(message);
                }
            }
            PublishOutcome::Topic { batch, code } => {
                metrics::counter!("outbox_failed_calls_total", "code" => code.clone()).increment(1);
                for message in batch {
                    self.backlog.give_back(message);
                }
                self.pause_all(&code);
            }
        }
        Ok(())
    }

    /// All messages wait. Calls that were under way when the pause began add nothing to it.
    fn pause_all(&mut self, code: &str) {
        if self.pause.is_none() {
            self.failures = self.failures.saturating_add(1);
            let wait = self.options.topic_backoff.after(self.failures);
            self.pause = Instant::now().checked_add(wait);
            tracing::warn!(
                code,
                failures = self.failures,
                ?wait,
                "SNS takes no messages now: all wait"
            );
        }
    }

    /// Handles a message that failed by its own fault: its key backs off, or is parked; others go on.
    async fn refused(&mut self, message: &OutboxMessage, fault: &Fault) -> Result<(), Interrupted> {
        let attempts = self.held_keys.count_failure(&message.key);
        let (position, event, code) = (message.place.position, message.event_id, &fault.code);
        metrics::counter!("outbox_failed_total", "code" => code.clone()).increment(1);
        self.backlog.drop_key(&message.key);
        if fault.permanent || attempts >= self.options.attempts {
            if !outbox::park(self.pool(), self.lease.get(), message, attempts, code).await? {
                return Err(Interrupted::LeaseLost);
            }
            self.held_keys.park(message.key.clone());
            metrics::counter!("outbox_parked_total").increment(1);
            tracing::error!(position, %event, code, attempts, "a message cannot be sent and its key is parked: \
                look at `allocations outbox parked`, then retry or discard it");
        } else {
            let wait = self.options.key_backoff.after(attempts);
            self.held_keys
                .back_off(message.key.clone(), Instant::now().checked_add(wait));
            tracing::warn!(position, %event, code, attempts, ?wait, "a message was not accepted and will be sent again");
        }
        Ok(())
    }

    /// Ends a pause, and reloads the keys that are due.
    async fn resume(&mut self) -> Result<(), Interrupted> {
        let now = Instant::now();
        self.pause = self.pause.filter(|until| *until > now);
        let due = self.held_keys.take_due(now);
        self.reload(&due).await
    }

    /// Renews the lease, looks for keys that an operator has released, and when idle for rows that no watermark announced.
    async fn poll_database(&mut self) -> Result<(), Interrupted> {
        if !self.lease.renew_if_due().await? {
            return Err(Interrupted::LeaseLost);
        }
        if self.held_keys.has_parked() {
            let unparked = self
                .held_keys
                .take_unparked(&outbox::parked_keys(self.pool()).await?);
            self.reload(&unparked).await?;
        }
        if self.backlog.is_empty() {
            self.loaded = OutboxPosition::START;
        }
        self.more_to_load = true;
        Ok(())
    }

    /// Loads what was left out while these keys were held.
    async fn reload(&mut self, keys: &[String]) -> Result<(), Interrupted> {
        if !keys.is_empty() {
            let messages = outbox::load_of(self.pool(), keys, self.loaded).await?;
            for message in messages {
                self.backlog.add(message);
            }
        }
        Ok(())
    }

    fn next_due(&self) -> Option<Instant> {
        self.pause.into_iter().chain(self.held_keys.next_due()).min()
    }

    fn pool(&self) -> &PgPool {
        &self.options.pool
    }
}

/// Sends a batch and deletes what was accepted before any later message of the same keys may leave.
async fn publish(topic: &Topic, pool: &PgPool, lease: &Lease, batch: Vec<OutboxMessage>) -> Called {
    let answer = topic.publish(batch).await;
    if let PublishOutcome::Each { accepted, .. } = &answer
        && !accepted.is_empty()
    {
        metrics::counter!("outbox_sent_total").increment(u64::try_from(accepted.len()).unwrap_or(u64::MAX));
        if !outbox::delete(pool, lease, accepted).await? {
            return Err(Interrupted::LeaseLost);
        }
    }
    Ok(answer)
}
