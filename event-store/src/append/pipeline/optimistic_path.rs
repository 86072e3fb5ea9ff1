//! The optimistic path: one statement a commit, planned from the cache while the one before is being written.
//!
//! Nothing is locked beforehand. The statement moves the head from where the plan begins, or does nothing. If another
//! process has written, or anything fails, the cache is dropped and everyone takes the locked path.

use std::{pin::pin, task::Poll, time::Instant};

use chrono::{DateTime, Utc};
use futures::poll;
use tokio::{
    select,
    time::{error::Elapsed, timeout},
};

use super::{ATTEMPT_TIMEOUT, Waiting, Writer, batch::Batch, tip_cache::TipCache};
use crate::{
    append::statement::{self, Notify},
    database::db_failure::DbFailure,
};

/// How many groups take the locked path after another process has written.
const COOLDOWN: u8 = 16;

/// The database's answer to a batch, if it comes in time; see [`statement::record`].
type Outcome = Result<Result<Option<DateTime<Utc>>, sqlx::Error>, Elapsed>;

impl Writer {
    /// Writes batch after batch while requests come and nothing fails.
    pub(super) async fn take_optimistic_path(&mut self, first: Waiting, cache: TipCache) {
        let mut cache = cache;
        let mut batch = Batch::after(&cache);
        batch.add(first, &cache);
        let mut recorded = None;
        loop {
            self.fill(&mut batch, &cache);
            if !batch.cache_misses().is_empty() {
                recorded.take().into_iter().for_each(Batch::reply);
                if !self.load_misses(&mut batch, &mut cache).await {
                    let group = batch.undo().collect();
                    return self.take_locked_path(group, false).await;
                }
            }
            let Some((written, next)) = self.write(batch, recorded, &mut cache).await else {
                return;
            };
            if next.is_empty() && self.queue.is_empty() {
                written.reply();
                self.cache = Some(cache);
                return self.notify_pending().await;
            }
            (recorded, batch) = (Some(written), next);
        }
    }

    fn fill(&mut self, batch: &mut Batch, cache: &TipCache) {
        while !batch.is_full()
            && let Ok(waiting) = self.queue.try_recv()
        {
            batch.add(waiting, cache);
        }
    }

    /// Notifies other replicas of the last commits, when none follows.
    async fn notify_pending(&mut self) {
        let Some(connection) = self.connection.as_mut().filter(|_| self.throttle.take_pending()) else {
            return;
        };
        let head = *self.head.borrow();
        let notified = timeout(ATTEMPT_TIMEOUT, statement::notify(connection, head)).await;
        if !matches!(notified, Ok(Ok(()))) {
            tracing::debug!("other replicas could not be notified of new events: they poll");
            self.connection = None;
        }
    }

    /// Reads the streams that the cache lacks; false when the cache can no longer be trusted.
    async fn load_misses(&mut self, batch: &mut Batch, cache: &mut TipCache) -> bool {
        let Some(connection) = &mut self.connection else {
            return false;
        };
        let asked = Instant::now();
        let requests = batch.cache_misses().iter().map(|waiting| &waiting.request);
        let reading = statement::read_known(connection, requests);
        let Ok(Ok(read)) = timeout(ATTEMPT_TIMEOUT, reading).await else {
            self.connection = None;
            return false;
        };
        if cache.learn(read, asked) {
            batch.add_cache_misses(cache);
            return true;
        }
        self.cooldown = COOLDOWN;
        false
    }

    /// Writes a batch. Returns it and the next; none when everyone took the locked path.
    async fn write(
        &mut self,
        mut batch: Batch,
        recorded: Option<Batch>,
        cache: &mut TipCache,
    ) -> Option<(Batch, Batch)> {
        if batch.plan.events.is_empty() {
            recorded.into_iter().for_each(Batch::reply);
            return Some((batch, Batch::after(cache)));
        }
        let asked = Instant::now();
        let notify = self.throttle.due(asked);
        let (outcome, next) = self.record(&batch, notify, recorded, cache).await;
        let in_doubt = match outcome {
            Ok(Ok(Some(now))) => {
                cache.clock.read(now, asked);
                self.throttle.committed(notify, asked);
                self.publish(&mut batch.plan);
                return Some((batch, next));
            }
            Ok(Ok(None)) => {
                self.cooldown = COOLDOWN;
                false
            }
            Ok(Err(error)) => match DbFailure::from(error) {
                DbFailure::Disconnected(_) => true,
                DbFailure::Unavailable(_) | DbFailure::Rejected(_) => false,
            },
            Err(_) => true,
        };
        if in_doubt {
            self.connection = None;
        }
        let group = batch.undo().chain(next.undo()).collect();
        self.take_locked_path(group, in_doubt).await;
        None
    }

    /// Sends a batch to the database. While the database is busy, answers the batch `recorded` before and plans the next.
    async fn record(
        &mut self,
        batch: &Batch,
        notify: Notify,
        recorded: Option<Batch>,
        cache: &mut TipCache,
    ) -> (Outcome, Batch) {
        let recording = async {
            match &mut self.connection {
                Some(connection) => {
                    timeout(
                        ATTEMPT_TIMEOUT,
                        statement::record(connection, &batch.plan, notify),
                    )
                    .await
                }
                None => Ok(Ok(None)),
            }
        };
        let mut recording = pin!(recording);
        // The first poll sends the statement.
        let at_once = poll!(recording.as_mut());
        recorded.into_iter().for_each(Batch::reply);
        cache.follow(&batch.plan);
        let mut next = Batch::after(cache);
        if let Poll::Ready(outcome) = at_once {
            return (outcome, next);
        }
        loop {
            select! {
                biased;
                outcome = &mut recording => return (outcome, next),
                Some(waiting) = self.queue.recv(), if !next.is_full() => next.add(waiting, cache),
            }
        }
    }
}
