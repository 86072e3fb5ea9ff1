//! The writer: one task that takes whatever waits, under one lock of the head, in one commit.
//!
//! Lock, then drain: while it waits for the head, more requests queue up and share the next commit, so the busier the
//! log, the larger the groups. If the connection dies, the group is simply recorded again: what was recorded the first time is
//! found by its command id, so even a commit without an answer is resolved before anyone is told.

use std::time::Duration;

use sqlx::{Connection, Executor, PgConnection, postgres::PgConnectOptions};
use tokio::{
    sync::{
        mpsc::{self, error::TrySendError},
        oneshot, watch,
    },
    time::{Instant, sleep, timeout},
};

use crate::{
    AppendError, Position, Receipt,
    connect::{BY_KEY, become_application},
    plan::{Head, plan},
    prepare::Prepared,
    statement,
    trouble::Trouble,
    wake::advance,
};

/// How many requests may wait; the next is told that we are overloaded.
const QUEUE: usize = 4096;
/// At most this many requests share a commit,
const GROUP_REQUESTS: usize = 1024;
/// and about this many bytes, so that a group stays short.
const GROUP_BYTES: usize = 4 * 1024 * 1024;
/// Callers who were answered together come back together, a moment apart. When at least this many are about,
const BUSY: usize = 8;
/// a group waits for them for up to half of what the last commit took, which is less than a commit for some of them,
/// and never longer than this.
const GATHER: Duration = Duration::from_millis(5);
/// A group of this size does not wait: its rows cost more than its commit, and late comers get ready meanwhile.
const ENOUGH: usize = 64;
/// A group commit that takes longer than the server's own time limits together has lost its connection.
const ATTEMPT: Duration = Duration::from_secs(15);
/// How long a group outlasts a lost connection before its callers are told.
const PATIENCE: Duration = Duration::from_secs(10);

/// The head is the one thing that can stop all writers: the server gives it up for us if we stall. The keepalives are
/// the server's side, which is the side that would go on holding the lock.
const SETTINGS: &str = "
    set lock_timeout = '3s';
    set statement_timeout = '5s';
    set idle_in_transaction_session_timeout = '5s';
    set tcp_keepalives_idle = 5;
    set tcp_keepalives_interval = 2;
    set tcp_keepalives_count = 3;
    set tcp_user_timeout = '10s';
    set plan_cache_mode = force_generic_plan";

type Answer = Result<Receipt, AppendError>;

/// The way to the writer. When the last one is dropped, the writer finishes what waits and ends.
#[derive(Debug, Clone)]
pub(crate) struct Pipeline {
    requests: mpsc::Sender<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    request: Prepared,
    reply: oneshot::Sender<Answer>,
}

impl Pipeline {
    /// Starts a writer that connects when it is first needed and reports each new head.
    pub(crate) fn start(options: PgConnectOptions, head: watch::Sender<Position>) -> Self {
        let (requests, queue) = mpsc::channel(QUEUE);
        tokio::spawn(
            Writer {
                options,
                connection: None,
                queue,
                head,
                about: 0,
                took: Duration::ZERO,
            }
            .run(),
        );
        Self { requests }
    }

    pub(crate) async fn append(&self, request: Prepared) -> Answer {
        let command_id = request.command_id;
        let (reply, answer) = oneshot::channel();
        self.requests
            .try_send(Waiting { request, reply })
            .map_err(|refused| match refused {
                TrySendError::Full(_) => AppendError::Overloaded,
                TrySendError::Closed(_) => AppendError::Unavailable("the writer has stopped".into()),
            })?;
        answer
            .await
            .unwrap_or(Err(AppendError::OutcomeUnknown(command_id)))
    }
}

struct Writer {
    options: PgConnectOptions,
    connection: Option<PgConnection>,
    queue: mpsc::Receiver<Waiting>,
    head: watch::Sender<Position>,
    /// How many callers there seem to be: those who were answered last and those who waited then.
    about: usize,
    /// How long the last commit took, from the wait for the head to the end.
    took: Duration,
}

impl Writer {
    async fn run(mut self) {
        while let Some(first) = self.queue.recv().await {
            let mut group = vec![first];
            self.gather(&mut group).await;
            let started = Instant::now();
            self.serve(group, true).await;
            self.took = started.elapsed();
        }
        if let Some(connection) = self.connection.take() {
            connection
                .close()
                .await
                .unwrap_or_else(|error| tracing::debug!(%error, "the writer's connection"));
        }
    }

    async fn gather(&mut self, group: &mut Vec<Waiting>) {
        if self.about < BUSY {
            return;
        }
        let all_back = async {
            while group.len() < self.about.min(ENOUGH)
                && let Some(waiting) = self.queue.recv().await
            {
                group.push(waiting);
            }
        };
        // Whoever comes later is taken in while we wait for the head.
        timeout(GATHER.min(self.took.div_f32(2.0)), all_back)
            .await
            .unwrap_or_default();
    }

    /// Answers a group, however often the connection has to be made again. `open` groups take in whatever else waits.
    async fn serve(&mut self, mut group: Vec<Waiting>, open: bool) {
        let started = Instant::now();
        let mut pause = Duration::from_millis(20);
        let mut in_doubt = false;
        loop {
            let mut committing = false;
            let attempt = self.attempt(&mut group, open && !in_doubt, &mut committing);
            let trouble = match timeout(ATTEMPT, attempt).await {
                Ok(Ok(answers)) => {
                    self.about = group.len().saturating_add(self.queue.len());
                    return reply(group, answers);
                }
                Ok(Err(trouble)) => trouble,
                Err(_) => Trouble::Lost("the database did not answer".into()),
            };
            in_doubt |= committing;
            let exhausted = started.elapsed() >= PATIENCE;
            match trouble {
                Trouble::Refused(why) => {
                    self.roll_back().await;
                    return Box::pin(self.find_refused(group, &why)).await;
                }
                Trouble::Unable(why) if !in_doubt || exhausted => {
                    self.roll_back().await;
                    return give_up(group, in_doubt, &why);
                }
                Trouble::Lost(why) if exhausted => {
                    self.connection = None;
                    return give_up(group, in_doubt, &why);
                }
                Trouble::Lost(why) | Trouble::Unable(why) => {
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
    ) -> Result<Vec<Answer>, Trouble> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            empty => empty.insert(connect(&self.options).await?),
        };
        let waited = Instant::now();
        let head = statement::lock_head(connection).await?;
        metrics::histogram!("log_lock_wait_seconds").record(waited.elapsed().as_secs_f64());
        if open {
            drain(&mut self.queue, group);
        }
        let (answers, head) = record(connection, head, group, committing).await?;
        advance(&self.head, head);
        Ok(answers)
    }

    /// Halves the group until the request that the database refuses stands alone, so that it cannot fail its neighbours.
    async fn find_refused(&mut self, mut group: Vec<Waiting>, why: &str) {
        if group.len() <= 1 {
            let answers = group
                .iter()
                .map(|_| Err(AppendError::Invalid(why.into())))
                .collect();
            return reply(group, answers);
        }
        let second = group.split_off(group.len().div_euclid(2));
        self.serve(group, false).await;
        self.serve(second, false).await;
    }

    async fn roll_back(&mut self) {
        if let Some(connection) = &mut self.connection {
            let rolled_back = timeout(ATTEMPT, connection.execute("rollback")).await;
            if !matches!(rolled_back, Ok(Ok(_))) {
                self.connection = None;
            }
        }
    }
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, Trouble> {
    let mut connection = PgConnection::connect_with(options).await?;
    become_application(&mut connection).await?;
    connection.execute(SETTINGS).await?;
    connection.execute(BY_KEY).await?;
    Ok(connection)
}

/// Takes what waits by now, up to the size of a group.
fn drain(queue: &mut mpsc::Receiver<Waiting>, group: &mut Vec<Waiting>) {
    let mut bytes: usize = group
        .iter()
        .map(|waiting| waiting.request.bytes())
        .fold(0, usize::saturating_add);
    while group.len() < GROUP_REQUESTS && bytes < GROUP_BYTES {
        let Ok(waiting) = queue.try_recv() else { break };
        bytes = bytes.saturating_add(waiting.request.bytes());
        group.push(waiting);
    }
}

/// Records a group under the head that is held, and lets go of it.
async fn record(
    connection: &mut PgConnection,
    head: Head,
    group: &[Waiting],
    committing: &mut bool,
) -> Result<(Vec<Answer>, Position), Trouble> {
    let requests = group.iter().map(|waiting| &waiting.request);
    let known = statement::read_known(connection, head, requests.clone()).await?;
    let mut plan = plan(known, requests);
    metrics::histogram!("log_group_commands")
        .record(f64::from(u32::try_from(group.len()).unwrap_or(u32::MAX)));
    if plan.events.is_empty() {
        connection.execute("rollback").await?;
        return Ok((std::mem::take(&mut plan.answers), head.position));
    }
    if !statement::record(connection, &plan).await? {
        return Err(Trouble::Unable(
            "the head moved while it was locked: run `allocations doctor`".into(),
        ));
    }
    *committing = true;
    connection.execute("commit").await?;
    Ok((std::mem::take(&mut plan.answers), plan.head.position))
}

fn reply(group: Vec<Waiting>, answers: Vec<Answer>) {
    for (waiting, answer) in group.into_iter().zip(answers) {
        // A caller that went away will find its receipt by the command id.
        waiting.reply.send(answer).unwrap_or_default();
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
