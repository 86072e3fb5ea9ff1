//! The writer: one thread that takes all queued requests and records them in one commit, so that the busier the log, the
//! larger the groups.
//!
//! While nobody else writes it takes the `optimistic_path`: it caches where the log ends, plans the next group while the last
//! is being written, and needs one statement for a commit. The `locked_path` locks the head, then drains the queue, reads and
//! writes; it is taken first, beside other writers, and after failures.

mod batch;
mod clock;
mod locked_path;
mod notify_throttle;
mod optimistic_path;
mod tip_cache;

use std::{io, thread, time::Duration};

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::{
    runtime,
    sync::{
        mpsc::{self, error::TrySendError},
        oneshot, watch,
    },
};

use self::{notify_throttle::NotifyThrottle, tip_cache::TipCache};
use crate::{
    AppendError, Position, Receipt,
    append::{plan::Plan, prepare::Prepared},
    read::{head_watch::advance, recent_events::RecentEvents},
};

/// How many requests may wait; the next is answered that the log is overloaded.
const QUEUE_CAPACITY: usize = 4096;
/// At most this many requests share a commit,
const GROUP_REQUESTS: usize = 1024;
/// and about this many bytes, so that a group stays short.
const GROUP_BYTES: usize = 4 * 1024 * 1024;
/// A group commit that takes longer than the server's time limits together has lost its connection.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);

type AppendResult = Result<Receipt, AppendError>;

/// A handle of the writer. When the last one is dropped, the writer finishes what is queued and ends.
#[derive(Debug, Clone)]
pub(crate) struct Pipeline {
    requests: mpsc::Sender<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    request: Prepared,
    reply: oneshot::Sender<AppendResult>,
}

impl Waiting {
    /// Answers the caller. One that went away finds its receipt by the command id.
    fn answer(self, answer: AppendResult) {
        self.reply.send(answer).unwrap_or_default();
    }
}

impl Pipeline {
    /// Starts a writer that connects when it is first needed, reports each new head and keeps the newest events.
    ///
    /// It has its own thread, because all commands wait for its one connection: on the shared runtime of a busy service its
    /// answers would wait for a turn.
    pub(crate) fn start(
        options: PgConnectOptions,
        head: watch::Sender<Position>,
        recent: RecentEvents,
    ) -> io::Result<Self> {
        let (requests, queue) = mpsc::channel(QUEUE_CAPACITY);
        let writer = Writer {
            options,
            connection: None,
            queue,
            head,
            recent,
            cache: None,
            throttle: NotifyThrottle::default(),
            cooldown: 0,
        };
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new()
            .name("log-writer".to_owned())
            .spawn(move || runtime.block_on(writer.run()))?;
        Ok(Self { requests })
    }

    pub(crate) async fn append(&self, request: Prepared) -> AppendResult {
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
    recent: RecentEvents,
    /// Present while this process wrote last.
    cache: Option<TipCache>,
    throttle: NotifyThrottle,
    /// How many groups still take the locked path, because another process writes too.
    cooldown: u8,
}

impl Writer {
    async fn run(mut self) {
        while let Some(first) = self.queue.recv().await {
            match self.cache.take() {
                Some(cache) if self.cooldown == 0 => self.take_optimistic_path(first, cache).await,
                _ => {
                    self.cooldown = self.cooldown.saturating_sub(1);
                    self.take_locked_path(vec![first], false).await;
                }
            }
        }
        if let Some(connection) = self.connection.take() {
            connection
                .close()
                .await
                .unwrap_or_else(|error| tracing::debug!(%error, "the writer's connection"));
        }
    }

    /// Publishes what was just committed to readers in this process: first the events, then the head.
    fn publish(&self, committed: &mut Plan) {
        self.recent
            .keep(committed.before, std::mem::take(&mut committed.events));
        advance(&self.head, committed.head.position);
    }
}

/// Whether a group has reached its largest size.
fn full(requests: usize, bytes: usize) -> bool {
    requests >= GROUP_REQUESTS || bytes >= GROUP_BYTES
}

fn record_group_size(answered: usize) {
    metrics::histogram!("log_group_commands").record(f64::from(u32::try_from(answered).unwrap_or(u32::MAX)));
}
