//! The operations that are open on one socket, by the ids that its client gives them.
//!
//! Each runs by itself and waits when its answer is not taken: a peer that reads slowly holds up what it follows, and nothing
//! that others need.

use std::{collections::HashMap, pin::pin, time::Instant};

use futures::{Stream, StreamExt};
use graphql::{Answer, Caller, GuardRefusal, GuardedRequest};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio_util::task::AbortOnDropHandle;

use super::messages::Told;
use crate::http::{
    graphql::{refused::Refused, subscriptions::place_for},
    places::Place,
    state::AppState,
};

/// The longest answer that goes over a socket, in bytes. What is longer is for HTTP, which keeps no buffer of that size.
pub(super) const LONGEST_ANSWER: usize = 256 * 1024;

/// The operations of one socket.
pub(super) struct Operations<'s> {
    state: &'s AppState,
    caller: Caller,
    open: HashMap<String, Operation>,
    begun: u64,
    tell: Sender<Word>,
    told: Receiver<Word>,
}

/// One that is open, until it is dropped.
struct Operation {
    number: u64,
    _running: AbortOnDropHandle<()>,
}

/// Something to tell the client.
struct Word {
    id: String,
    /// Of the operation: its client may have ended it, and given its id to another.
    number: u64,
    text: String,
    last: bool,
}

impl<'s> Operations<'s> {
    pub(super) fn new(state: &'s AppState, caller: Caller) -> Self {
        let (tell, told) = mpsc::channel(1);
        Self {
            state,
            caller,
            open: HashMap::new(),
            begun: 0,
            tell,
            told,
        }
    }

    /// Whether an operation of this id is open.
    pub(super) fn has(&self, id: &str) -> bool {
        self.open.contains_key(id)
    }

    /// Begins an operation, or says why not.
    pub(super) fn begin(
        &mut self,
        id: &str,
        request: Result<GuardedRequest, GuardRefusal>,
    ) -> Result<(), Refused> {
        let within = self.caller.budget.admit(Instant::now());
        within.map_err(Refused::OverBudget)?;
        let request = request?;
        let most = self.state.limits.subscriptions;
        if self.open.len() >= most {
            return Err(GuardRefusal::TooManySubscriptions(most).into());
        }
        let place = place_for(self.state, &self.caller)?;
        let answers = graphql::execute_stream(&self.state.schema, request, self.caller.clone());
        self.begun = self.begun.saturating_add(1);
        let running = tokio::spawn(run(
            Teller {
                id: id.to_owned(),
                number: self.begun,
                tell: self.tell.clone(),
            },
            answers,
            place,
        ));
        let operation = Operation {
            number: self.begun,
            _running: AbortOnDropHandle::new(running),
        };
        self.open.insert(id.to_owned(), operation);
        Ok(())
    }

    /// Ends an operation, if it is open; nothing more is told of it.
    pub(super) fn end(&mut self, id: &str) {
        self.open.remove(id);
    }

    /// The next text for the client; none when it is of an operation that was ended.
    pub(super) async fn next(&mut self) -> Option<String> {
        let word = self.told.recv().await?;
        let operation = self.open.get(&word.id)?;
        if operation.number != word.number {
            return None;
        }
        if word.last {
            self.open.remove(&word.id);
        }
        Some(word.text)
    }
}

/// Tells what comes of one operation.
struct Teller {
    id: String,
    number: u64,
    tell: Sender<Word>,
}

impl Teller {
    async fn tell(&self, text: String, last: bool) {
        let word = Word {
            id: self.id.clone(),
            number: self.number,
            text,
            last,
        };
        // Nobody listens any more when the socket is closed, which ends this as well.
        self.tell.send(word).await.unwrap_or_default();
    }

    async fn refuse(&self, answer: &Answer) {
        self.tell(Told::refusal(&self.id, answer).text(), true).await;
    }
}

async fn run(teller: Teller, answers: impl Stream<Item = Answer>, _place: Place) {
    let id = &teller.id;
    let mut answers = pin!(answers);
    while let Some(answer) = answers.next().await {
        if !answer.was_executed() {
            return teller.refuse(&answer).await;
        }
        let text = Told::Next { id, payload: &answer }.text();
        if text.len() > LONGEST_ANSWER {
            return teller
                .refuse(&GuardRefusal::TooLongForSocket(LONGEST_ANSWER).into())
                .await;
        }
        teller.tell(text, false).await;
    }
    teller.tell(Told::Complete { id }.text(), true).await;
}
