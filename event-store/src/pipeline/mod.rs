//! The writer: one thread that takes whatever waits and records it in one commit, so that the busier the log, the larger
//! the groups.
//!
//! While nobody else writes it goes the quick way (`ahead`): it remembers where the log ends, plans the next group while
//! the last is being written, and needs one statement for a commit. The sure way (`surely`) locks the head, then drains
//! what waits, reads and writes; it is the way to begin with, the way beside other writers, and the way out of trouble.

mod ahead;
mod batch;
mod clock;
mod memory;
mod news;
mod surely;

use std::{io, thread, time::Duration};

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::{
    runtime,
    sync::{
        mpsc::{self, error::TrySendError},
        oneshot, watch,
    },
};

use self::{memory::Memory, news::News};
use crate::{AppendError, Position, Receipt, plan::Plan, prepare::Prepared, recent::Recent, wake::advance};

/// How many requests may wait; the next is told that we are overloaded.
const QUEUE: usize = 4096;
/// At most this many requests share a commit,
const GROUP_REQUESTS: usize = 1024;
/// and about this many bytes, so that a group stays short.
const GROUP_BYTES: usize = 4 * 1024 * 1024;
/// A group commit that takes longer than the server's own time limits together has lost its connection.
const ATTEMPT: Duration = Duration::from_secs(15);

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

impl Waiting {
    /// A caller that went away will find its receipt by the command id.
    fn answer(self, answer: Answer) {
        self.reply.send(answer).unwrap_or_default();
    }
}

impl Pipeline {
    /// Starts a writer that connects when it is first needed, reports each new head and keeps the newest events at hand.
    ///
    /// It has a thread of its own. All commands wait for this one connection: among the tasks of a busy service its answers
    /// would lie unread until a turn comes.
    pub(crate) fn start(
        options: PgConnectOptions,
        head: watch::Sender<Position>,
        recent: Recent,
    ) -> io::Result<Self> {
        let (requests, queue) = mpsc::channel(QUEUE);
        let writer = Writer {
            options,
            connection: None,
            queue,
            head,
            recent,
            memory: None,
            news: News::default(),
            caution: 0,
        };
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new()
            .name("log-writer".to_owned())
            .spawn(move || runtime.block_on(writer.run()))?;
        Ok(Self { requests })
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
    recent: Recent,
    /// Where the log ends, if we wrote last.
    memory: Option<Memory>,
    news: News,
    /// How many groups are still to go the sure way, because somebody else writes too.
    caution: u8,
}

impl Writer {
    async fn run(mut self) {
        while let Some(first) = self.queue.recv().await {
            match self.memory.take() {
                Some(memory) if self.caution == 0 => self.write_ahead(first, memory).await,
                _ => {
                    self.caution = self.caution.saturating_sub(1);
                    self.go_surely(vec![first], false).await;
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

    /// Tells readers of what was just committed: first the events, then that they are there.
    fn tell(&self, committed: &mut Plan) {
        self.recent
            .keep(committed.before, std::mem::take(&mut committed.events));
        advance(&self.head, committed.head.position);
    }
}

/// Whether a group is as large as groups may be.
fn full(requests: usize, bytes: usize) -> bool {
    requests >= GROUP_REQUESTS || bytes >= GROUP_BYTES
}

fn measure(answered: usize) {
    metrics::histogram!("log_group_commands").record(f64::from(u32::try_from(answered).unwrap_or(u32::MAX)));
}
