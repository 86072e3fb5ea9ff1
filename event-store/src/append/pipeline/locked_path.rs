//! The locked path: lock the head, drain the queue, read the group's streams, write, commit.
//!
//! While it waits for the head, more requests queue up and share the commit. If the connection dies, the group is recorded
//! again: what was recorded the first time is found by its command id, so even a commit without an answer is resolved
//! before anyone is answered.

use std::time::Duration;

use sqlx::{Connection, Executor, PgConnection, postgres::PgConnectOptions};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout},
};

use super::{ATTEMPT_TIMEOUT, AppendResult, Waiting, Writer, full, record_group_size, tip_cache::TipCache};
use crate::{
    AppendError,
    append::{
        plan::Plan,
        statement::{self, Notify},
    },
    database::{
        db_failure::DbFailure,
        session::{self, BECOME_APPLICATION},
    },
};

/// How long a group is retried after a lost connection before its callers get an error.
const RETRY_TIMEOUT: Duration = Duration::from_secs(10);

/// A held head stops all writers, so the server releases it if this process stalls. The keepalives are the server's, which
/// is the side that holds the lock. Statements are planned once, while the log may be small, and run when it is large: bitmap
/// scans find rows by their keys in either case, and cannot read a whole index.
const SETTINGS: &str = "
    set lock_timeout = '3s';
    set statement_timeout = '5s';
    set idle_in_transaction_session_timeout = '5s';
    set tcp_keepalives_idle = 5;
    set tcp_keepalives_interval = 2;
    set tcp_keepalives_count = 3;
    set tcp_user_timeout = '10s';
    set plan_cache_mode = force_generic_plan;
    set enable_seqscan = off;
    set enable_indexscan = off;
    set jit = off;
    set enable_hashjoin = off;
    set enable_mergejoin = off";

impl Writer {
    /// Records a group, or answers everyone why not. `in_doubt`: it may have been recorded already.
    pub(super) async fn take_locked_path(&mut self, group: Vec<Waiting>, in_doubt: bool) {
        self.cache = None;
        self.serve(group, true, in_doubt).await;
    }

    /// Answers a group, over new connections if need be. `open` groups take in what else is queued.
    async fn serve(&mut self, mut group: Vec<Waiting>, open: bool, mut in_doubt: bool) {
        let started = Instant::now();
        let mut pause = Duration::from_millis(20);
        loop {
            let mut committing = false;
            let attempt = self.attempt(&mut group, open && !in_doubt, &mut committing);
            let failure = match timeout(ATTEMPT_TIMEOUT, attempt).await {
                Ok(Ok(answers)) => return reply(group, answers),
                Ok(Err(failure)) => failure,
                Err(_) => DbFailure::Disconnected("the database did not answer".into()),
            };
            in_doubt |= committing;
            let exhausted = started.elapsed() >= RETRY_TIMEOUT;
            match failure {
                DbFailure::Rejected(why) => {
                    self.roll_back().await;
                    return Box::pin(self.isolate_rejected(group, &why)).await;
                }
                DbFailure::Unavailable(why) if !in_doubt || exhausted => {
                    self.roll_back().await;
                    return give_up(group, in_doubt, &why);
                }
                DbFailure::Disconnected(why) if exhausted => {
                    self.connection = None;
                    return give_up(group, in_doubt, &why);
                }
                DbFailure::Disconnected(why) | DbFailure::Unavailable(why) => {
                    tracing::warn!(%why, waiting = group.len(), in_doubt, "group commit failed; connecting again");
                    self.connection = None;
                }
            }
            sleep(pause).await;
            pause = pause.saturating_mul(2).min(Duration::from_secs(1));
        }
    }

    async fn attempt(
        &mut self,
        group: &mut Vec<Waiting>,
        open: bool,
        committing: &mut bool,
    ) -> Result<Vec<AppendResult>, DbFailure> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            empty => empty.insert(connect(&self.options).await?),
        };
        let asked = Instant::now();
        statement::lock_head(connection).await?;
        metrics::histogram!("log_lock_wait_seconds").record(asked.elapsed().as_secs_f64());
        if open {
            drain(&mut self.queue, group);
        }
        let asked = Instant::now();
        let requests = group.iter().map(|waiting| &waiting.request);
        let read = statement::read_known(connection, requests.clone()).await?;
        let mut plan = Plan::after(read.head);
        let answers = requests
            .map(|request| plan.take(&read.known, read.now, request))
            .collect();
        if plan.events.is_empty() {
            connection.execute("rollback").await?;
        } else {
            statement::record(connection, &plan, Notify::Now)
                .await?
                .ok_or_else(moved)?;
            *committing = true;
            connection.execute("commit").await?;
        }
        let mut cache = TipCache::new(read, asked.into_std());
        cache.follow(&plan);
        self.cache = Some(cache);
        self.publish(&mut plan);
        Ok(answers)
    }

    /// Halves the group until the request that the database rejects is alone, so that it cannot fail its neighbours.
    async fn isolate_rejected(&mut self, mut group: Vec<Waiting>, why: &str) {
        if group.len() <= 1 {
            let answers = group
                .iter()
                .map(|_| Err(AppendError::Invalid(why.into())))
                .collect();
            return reply(group, answers);
        }
        let second = group.split_off(group.len().div_euclid(2));
        self.serve(group, false, false).await;
        self.serve(second, false, false).await;
    }

    async fn roll_back(&mut self) {
        if let Some(connection) = &mut self.connection {
            let rolled_back = timeout(ATTEMPT_TIMEOUT, connection.execute("rollback")).await;
            if !matches!(rolled_back, Ok(Ok(_))) {
                self.connection = None;
            }
        }
    }
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, DbFailure> {
    let mut connection = PgConnection::connect_with(options).await?;
    session::begin(&mut connection, &format!("{BECOME_APPLICATION}; {SETTINGS}")).await?;
    Ok(connection)
}

/// Takes what is queued, up to the size of a group.
fn drain(queue: &mut mpsc::Receiver<Waiting>, group: &mut Vec<Waiting>) {
    let mut bytes: usize = group
        .iter()
        .map(|waiting| waiting.request.bytes())
        .fold(0, usize::saturating_add);
    while !full(group.len(), bytes)
        && let Ok(waiting) = queue.try_recv()
    {
        bytes = bytes.saturating_add(waiting.request.bytes());
        group.push(waiting);
    }
}

fn moved() -> DbFailure {
    DbFailure::Unavailable("the head moved while it was locked: run `allocations doctor`".into())
}

fn reply(group: Vec<Waiting>, answers: Vec<AppendResult>) {
    record_group_size(group.len());
    for (waiting, answer) in group.into_iter().zip(answers) {
        waiting.answer(answer);
    }
}

fn give_up(group: Vec<Waiting>, in_doubt: bool, why: &str) {
    tracing::error!(%why, waiting = group.len(), in_doubt, "group commit given up");
    let answers = group
        .iter()
        .map(|waiting| {
            Err(if in_doubt {
                AppendError::OutcomeUnknown(waiting.request.command_id)
            } else {
                AppendError::Unavailable(why.into())
            })
        })
        .collect();
    reply(group, answers);
}
