//! The relay at work, for as long as it holds the lease: several calls at a time, one message per key at a time.

use std::sync::Arc;

use event_store::{Lease, Position};
use sqlx::PgPool;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    RelayOptions,
    aside::Aside,
    backlog::Backlog,
    message::{Message, Place},
    publish::{Answer, Fault, Topic},
    rows,
    tenure::Tenure,
};

/// How many messages are held in memory: a few megabytes.
const WINDOW: usize = 2_000;

/// Why the relay had to let go of its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Interrupted {
    #[error("the outbox cannot be read or written now")]
    Database(#[from] sqlx::Error),
    #[error("another replica has taken the lease over")]
    LeaseLost,
    #[error("a call to SNS was broken off")]
    Call(#[from] tokio::task::JoinError),
}

type Called = Result<Answer, Interrupted>;

/// One stretch of work under one lease.
pub(crate) struct Session {
    options: Arc<RelayOptions>,
    gate: watch::Receiver<Position>,
    gate_closed: bool,
    tenure: Tenure,
    topic: Topic,
    backlog: Backlog,
    aside: Aside,
    calls: JoinSet<Called>,
    /// Everything up to here is in memory, set aside, or gone.
    loaded: Place,
    more_to_load: bool,
    /// Calls that failed in a row for a reason that is no message's.
    failures: u32,
    pause: Option<Instant>,
}

impl Session {
    /// Begins work under a lease.
    pub(crate) async fn begin(options: Arc<RelayOptions>, tenure: Tenure) -> Result<Self, Interrupted> {
        let topic = Topic {
            sns: options.sns.clone(),
            arn: options.topic_arn.clone(),
            patience: options.call_patience,
        };
        Ok(Self {
            gate: options.gate.clone(),
            gate_closed: false,
            topic,
            backlog: Backlog::default(),
            aside: Aside::new(rows::parked(&options.pool).await?),
            calls: JoinSet::new(),
            loaded: Place::START,
            more_to_load: true,
            failures: 0,
            pause: None,
            options,
            tenure,
        })
    }

    /// Works until stopped or interrupted. Calls that are under way end first, so that the next owner never meets them.
    pub(crate) async fn run(mut self, stop: &CancellationToken) -> Result<(), Interrupted> {
        let worked = self.work(stop).await;
        while self.calls.join_next().await.is_some() {}
        self.tenure.end().await;
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
                Some(called) = self.calls.join_next(), if !self.calls.is_empty() => self.settle(called??).await?,
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => self.wake().await?,
                _ = poll.tick() => self.look_round().await?,
                changed = self.gate.changed(), if !self.gate_closed => {
                    self.gate_closed = changed.is_err();
                    self.more_to_load = true;
                }
            }
        }
    }

    /// Fills the window with messages that the gate lets through.
    async fn load(&mut self) -> Result<(), Interrupted> {
        let room = WINDOW.saturating_sub(self.backlog.waiting());
        if !self.more_to_load || room < WINDOW.div_euclid(2) {
            return Ok(());
        }
        let gate = self.gate.borrow_and_update().get();
        let messages = rows::load(self.pool(), self.loaded, gate, &self.aside.keys(), room).await?;
        self.more_to_load = messages.len() == room;
        self.loaded = match messages.last() {
            Some(last) if self.more_to_load => last.place,
            // The log hands out positions in order: what is not there up to the gate will never be.
            _ => self.loaded.max(Place::after(gate)),
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
        while !paused && self.calls.len() < most && self.tenure.outlasts(self.options.call_patience) {
            let batch = self.backlog.take_batch();
            if batch.is_empty() {
                return;
            }
            let (topic, pool, lease) = (
                self.topic.clone(),
                self.pool().clone(),
                self.tenure.lease().clone(),
            );
            self.calls
                .spawn(async move { publish(&topic, &pool, &lease, batch).await });
        }
    }

    async fn settle(&mut self, answer: Answer) -> Result<(), Interrupted> {
        match answer {
            Answer::Each { accepted, refused } => {
                self.failures = 0;
                for message in accepted {
                    self.aside.succeeded(&message.key);
                    self.backlog.done(&message.key);
                }
                for (message, fault) in refused {
                    self.refused(&message, &fault).await?;
                }
            }
            Answer::Contents { batch, code } if batch.len() == 1 => {
                let fault = Fault {
                    code,
                    permanent: true,
                };
                for message in &batch {
                    self.refused(message, &fault).await?;
                }
            }
            Answer::Contents { batch, code } => {
                tracing::warn!(
                    code,
                    "SNS refused a call for its contents: each message now goes alone"
                );
                for message in batch {
                    self.backlog.give_back_alone(message);
                }
            }
            Answer::Topic { batch, code } => {
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

    /// One message failed by its own fault: its key rests, or is parked; others go on.
    async fn refused(&mut self, message: &Message, fault: &Fault) -> Result<(), Interrupted> {
        let attempts = self.aside.count_failure(&message.key);
        let (position, event, code) = (message.place.position, message.event_id, &fault.code);
        metrics::counter!("outbox_failed_total", "code" => code.clone()).increment(1);
        self.backlog.put_aside(&message.key);
        if fault.permanent || attempts >= self.options.attempts {
            if !rows::park(self.pool(), self.tenure.lease(), message, attempts, code).await? {
                return Err(Interrupted::LeaseLost);
            }
            self.aside.park(message.key.clone());
            metrics::counter!("outbox_parked_total").increment(1);
            tracing::error!(position, %event, code, attempts, "a message cannot be sent and its key is parked: \
                look at `allocations outbox parked`, then retry or discard it");
        } else {
            let wait = self.options.key_backoff.after(attempts);
            self.aside
                .rest(message.key.clone(), Instant::now().checked_add(wait));
            tracing::warn!(position, %event, code, attempts, ?wait, "a message was not accepted and will be sent again");
        }
        Ok(())
    }

    /// A pause is over, or keys have rested long enough.
    async fn wake(&mut self) -> Result<(), Interrupted> {
        let now = Instant::now();
        self.pause = self.pause.filter(|until| *until > now);
        let rested = self.aside.take_rested(now);
        self.bring_back(&rested).await
    }

    /// Renews the lease, looks for keys that an operator has let go, and when idle for rows that came in unannounced.
    async fn look_round(&mut self) -> Result<(), Interrupted> {
        if !self.tenure.keep().await? {
            return Err(Interrupted::LeaseLost);
        }
        if self.aside.has_parked() {
            let unparked = self.aside.take_unparked(&rows::parked(self.pool()).await?);
            self.bring_back(&unparked).await?;
        }
        if self.backlog.is_empty() {
            self.loaded = Place::START;
        }
        self.more_to_load = true;
        Ok(())
    }

    /// Loads what was left out while these keys were set aside.
    async fn bring_back(&mut self, keys: &[String]) -> Result<(), Interrupted> {
        if !keys.is_empty() {
            let messages = rows::load_of(self.pool(), keys, self.loaded).await?;
            for message in messages {
                self.backlog.add(message);
            }
        }
        Ok(())
    }

    fn next_due(&self) -> Option<Instant> {
        self.pause.into_iter().chain(self.aside.next_due()).min()
    }

    fn pool(&self) -> &PgPool {
        &self.options.pool
    }
}

/// Sends a batch and deletes what was accepted before any later message of the same keys may leave.
async fn publish(topic: &Topic, pool: &PgPool, lease: &Lease, batch: Vec<Message>) -> Called {
    let answer = topic.publish(batch).await;
    if let Answer::Each { accepted, .. } = &answer
        && !accepted.is_empty()
    {
        metrics::counter!("outbox_sent_total").increment(u64::try_from(accepted.len()).unwrap_or(u64::MAX));
        if !rows::delete(pool, lease, accepted).await? {
            return Err(Interrupted::LeaseLost);
        }
    }
    Ok(answer)
}
