//! The quick way: one statement a commit, planned from memory while the one before is being written.
//!
//! Nothing is locked beforehand. The statement moves the head from where the plan begins, or does nothing at all; so if
//! somebody else has written, or anything whatever goes wrong, memory is dropped and everyone goes the sure way.

use std::{pin::pin, task::Poll, time::Instant};

use chrono::{DateTime, Utc};
use futures::poll;
use tokio::{
    select,
    time::{error::Elapsed, timeout},
};

use super::{ATTEMPT, Waiting, Writer, batch::Batch, memory::Memory};
use crate::{
    statement::{self, Heard},
    trouble::Trouble,
};

/// After somebody else has written, this many groups go the sure way before the quick one is tried again.
const CAUTION: u8 = 16;

/// What the database says of a batch, if it says anything in time; see [`statement::record`].
type Outcome = Result<Result<Option<DateTime<Utc>>, sqlx::Error>, Elapsed>;

impl Writer {
    /// Writes batch after batch for as long as requests come and nothing unusual happens.
    pub(super) async fn write_ahead(&mut self, first: Waiting, memory: Memory) {
        let mut memory = memory;
        let mut batch = Batch::after(&memory);
        batch.add(first, &memory);
        let mut recorded = None;
        loop {
            self.fill(&mut batch, &memory);
            if !batch.strangers().is_empty() {
                recorded.take().into_iter().for_each(Batch::reply);
                if !self.acquaint(&mut batch, &mut memory).await {
                    let group = batch.undo().collect();
                    return self.go_surely(group, false).await;
                }
            }
            let Some((written, next)) = self.write(batch, recorded, &mut memory).await else {
                return;
            };
            if next.is_empty() && self.queue.is_empty() {
                written.reply();
                self.memory = Some(memory);
                return self.tell_the_rest().await;
            }
            (recorded, batch) = (Some(written), next);
        }
    }

    fn fill(&mut self, batch: &mut Batch, memory: &Memory) {
        while !batch.is_full()
            && let Ok(waiting) = self.queue.try_recv()
        {
            batch.add(waiting, memory);
        }
    }

    /// Tells other replicas of what they have not heard of yet, now that nothing follows.
    async fn tell_the_rest(&mut self) {
        let Some(connection) = self.connection.as_mut().filter(|_| self.news.take_untold()) else {
            return;
        };
        let head = *self.head.borrow();
        let told = timeout(ATTEMPT, statement::notify(connection, head)).await;
        if !matches!(told, Ok(Ok(()))) {
            tracing::debug!("other replicas could not be told of new events: they will see by themselves");
            self.connection = None;
        }
    }

    /// Reads what memory lacks; false when it cannot be trusted any more.
    async fn acquaint(&mut self, batch: &mut Batch, memory: &mut Memory) -> bool {
        let Some(connection) = &mut self.connection else {
            return false;
        };
        let asked = Instant::now();
        let requests = batch.strangers().iter().map(|waiting| &waiting.request);
        let reading = statement::read_known(connection, requests);
        let Ok(Ok(read)) = timeout(ATTEMPT, reading).await else {
            self.connection = None;
            return false;
        };
        if memory.learn(read, asked) {
            batch.add_strangers(memory);
            return true;
        }
        self.caution = CAUTION;
        false
    }

    /// Writes a batch: it, and the next; none when everyone was sent the sure way.
    async fn write(
        &mut self,
        mut batch: Batch,
        recorded: Option<Batch>,
        memory: &mut Memory,
    ) -> Option<(Batch, Batch)> {
        if batch.plan.events.is_empty() {
            recorded.into_iter().for_each(Batch::reply);
            return Some((batch, Batch::after(memory)));
        }
        let asked = Instant::now();
        let heard = self.news.due(asked);
        let (outcome, next) = self.record(&batch, heard, recorded, memory).await;
        let in_doubt = match outcome {
            Ok(Ok(Some(now))) => {
                memory.clock.read(now, asked);
                self.news.committed(heard, asked);
                self.tell(&mut batch.plan);
                return Some((batch, next));
            }
            Ok(Ok(None)) => {
                self.caution = CAUTION;
                false
            }
            Ok(Err(error)) => match Trouble::from(error) {
                Trouble::Lost(_) => true,
                Trouble::Unable(_) | Trouble::Refused(_) => false,
            },
            Err(_) => true,
        };
        if in_doubt {
            self.connection = None;
        }
        let group = batch.undo().chain(next.undo()).collect();
        self.go_surely(group, in_doubt).await;
        None
    }

    /// Sends a batch to the database, answers those who were `recorded` before while it is busy, and plans the next batch
    /// until it has answered.
    async fn record(
        &mut self,
        batch: &Batch,
        heard: Heard,
        recorded: Option<Batch>,
        memory: &mut Memory,
    ) -> (Outcome, Batch) {
        let recording = async {
            match &mut self.connection {
                Some(connection) => timeout(ATTEMPT, statement::record(connection, &batch.plan, heard)).await,
                None => Ok(Ok(None)),
            }
        };
        let mut recording = pin!(recording);
        // Polled once, the statement is on its way.
        let at_once = poll!(recording.as_mut());
        recorded.into_iter().for_each(Batch::reply);
        memory.follow(&batch.plan);
        let mut next = Batch::after(memory);
        if let Poll::Ready(outcome) = at_once {
            return (outcome, next);
        }
        loop {
            select! {
                biased;
                outcome = &mut recording => return (outcome, next),
                Some(waiting) = self.queue.recv(), if !next.is_full() => next.add(waiting, memory),
            }
        }
    }
}
