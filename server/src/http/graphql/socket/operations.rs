//! The open operations of one socket, by the ids that its client gives them.
//!
//! Each is a task and waits while its answer is not sent: a peer that reads slowly delays its own operations only.

use std::{collections::HashMap, pin::pin, time::Instant};

use futures::{Stream, StreamExt};
use graphql::{Answer, Caller, GuardRefusal, GuardedRequest};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio_util::task::AbortOnDropHandle;

use super::messages::ServerMessage;
use crate::http::{
    graphql::{rejection::Rejection, subscription::permit_for},
    permits::Permit,
    state::AppState,
};

/// The maximum length of an answer over a socket. Longer answers need HTTP, which keeps no buffer of that size.
pub(super) const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// The operations of one socket.
pub(super) struct Operations<'s> {
    state: &'s AppState,
    caller: Caller,
    open: HashMap<String, Operation>,
    begun: u64,
    queue: Sender<Outgoing>,
    queued: Receiver<Outgoing>,
}

/// An open operation; dropping it ends it.
struct Operation {
    number: u64,
    _running: AbortOnDropHandle<()>,
    /// Held here and not by the task, which ends some time after it is aborted: the next operation may begin at once.
    _permit: Permit,
}

/// A message that waits to be sent.
struct Outgoing {
    id: String,
    /// The operation's number: the client may have ended it and reused its id.
    number: u64,
    text: String,
    last: bool,
}

impl<'s> Operations<'s> {
    pub(super) fn new(state: &'s AppState, caller: Caller) -> Self {
        let (queue, queued) = mpsc::channel(1);
        Self {
            state,
            caller,
            open: HashMap::new(),
            begun: 0,
            queue,
            queued,
        }
    }

    /// Whether an operation of this id is open.
    pub(super) fn has(&self, id: &str) -> bool {
        self.open.contains_key(id)
    }

    /// Starts an operation.
    ///
    /// # Errors
    /// When a limit refuses it.
    pub(super) fn begin(
        &mut self,
        id: &str,
        request: Result<GuardedRequest, GuardRefusal>,
    ) -> Result<(), Rejection> {
        let within = self.caller.budget.admit(Instant::now());
        within.map_err(Rejection::OverBudget)?;
        let request = request?;
        let most = self.state.limits.subscriptions;
        if self.open.len() >= most {
            return Err(GuardRefusal::TooManySubscriptions(most).into());
        }
        let permit = permit_for(self.state, &self.caller)?;
        let answers = graphql::execute_stream(&self.state.schema, request, self.caller.clone());
        self.begun = self.begun.saturating_add(1);
        let running = tokio::spawn(run(
            OperationSender {
                id: id.to_owned(),
                number: self.begun,
                queue: self.queue.clone(),
            },
            answers,
        ));
        let operation = Operation {
            number: self.begun,
            _running: AbortOnDropHandle::new(running),
            _permit: permit,
        };
        self.open.insert(id.to_owned(), operation);
        Ok(())
    }

    /// Ends an operation if it is open; no further message of it is sent.
    pub(super) fn end(&mut self, id: &str) {
        self.open.remove(id);
    }

    /// The next message for the client; none when its operation was ended.
    pub(super) async fn next(&mut self) -> Option<String> {
        let outgoing = self.queued.recv().await?;
        let operation = self.open.get(&outgoing.id)?;
        if operation.number != outgoing.number {
            return None;
        }
        if outgoing.last {
            self.open.remove(&outgoing.id);
        }
        Some(outgoing.text)
    }
}

/// Queues the messages of one operation.
struct OperationSender {
    id: String,
    number: u64,
    queue: Sender<Outgoing>,
}

impl OperationSender {
    async fn send(&self, text: String, last: bool) {
        let outgoing = Outgoing {
            id: self.id.clone(),
            number: self.number,
            text,
            last,
        };
        // The queue is closed when the socket is, which ends this task as well.
        self.queue.send(outgoing).await.unwrap_or_default();
    }

    async fn refuse(&self, answer: &Answer) {
        self.send(ServerMessage::refusal(&self.id, answer).text(), true)
            .await;
    }
}

async fn run(sender: OperationSender, answers: impl Stream<Item = Answer>) {
    let id = &sender.id;
    let mut answers = pin!(answers);
    while let Some(answer) = answers.next().await {
        if !answer.was_executed() {
            return sender.refuse(&answer).await;
        }
        let text = ServerMessage::Next { id, payload: &answer }.text();
        if text.len() > MAX_ANSWER_BYTES {
            return sender
                .refuse(&GuardRefusal::TooLongForSocket(MAX_ANSWER_BYTES).into())
                .await;
        }
        sender.send(text, false).await;
    }
    sender.send(ServerMessage::Complete { id }.text(), true).await;
}
