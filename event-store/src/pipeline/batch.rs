//! Requests that are planned while the batch before them is being written.

use std::time::Instant;

use super::{Waiting, full, measure, memory::Memory};
use crate::{AppendError, Expected, Receipt, plan::Plan};

/// A plan that grows with each request, and who waits for what it answers.
pub(super) struct Batch {
    pub(super) plan: Plan,
    planned: Vec<(Waiting, Result<Receipt, AppendError>)>,
    /// Requests that cannot be answered from memory: the log has to be read first.
    strangers: Vec<Waiting>,
    bytes: usize,
}

impl Batch {
    /// A batch after all that is remembered.
    pub(super) fn after(memory: &Memory) -> Self {
        Self {
            plan: Plan::after(memory.head),
            planned: Vec::new(),
            strangers: Vec::new(),
            bytes: 0,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        full(
            self.planned.len().saturating_add(self.strangers.len()),
            self.bytes,
        )
    }

    pub(super) fn is_empty(&self) -> bool {
        self.planned.is_empty() && self.strangers.is_empty()
    }

    pub(super) fn strangers(&self) -> &[Waiting] {
        &self.strangers
    }

    /// Plans a request if memory has all it takes to say yes. A no may be due to something remembered that is no longer so.
    pub(super) fn add(&mut self, waiting: Waiting, memory: &Memory) {
        self.bytes = self.bytes.saturating_add(waiting.request.bytes());
        if self.fits(&waiting, memory) {
            self.answer(waiting, memory);
        } else {
            self.strangers.push(waiting);
        }
    }

    /// Plans the strangers, now that everything about them was read.
    pub(super) fn add_strangers(&mut self, memory: &Memory) {
        for waiting in std::mem::take(&mut self.strangers) {
            self.answer(waiting, memory);
        }
    }

    fn answer(&mut self, waiting: Waiting, memory: &Memory) {
        let now = memory.clock.at(Instant::now());
        let answer = self.plan.take(&memory.known, now, &waiting.request);
        self.planned.push((waiting, answer));
    }

    fn fits(&self, waiting: &Waiting, memory: &Memory) -> bool {
        waiting.request.writes.iter().all(|write| {
            let tip = self.plan.tip(&memory.known, &write.stream);
            match (tip, write.expected) {
                (None, _) => false,
                (Some(tip), Expected::Version(expected)) => tip.version == expected,
                (Some(_), Expected::Any) => true,
            }
        })
    }

    /// Tells everyone what became of their request.
    pub(super) fn reply(self) {
        measure(self.planned.len());
        for (waiting, answer) in self.planned {
            waiting.answer(answer);
        }
    }

    /// Everyone who waits, as if nothing had been planned.
    pub(super) fn undo(self) -> impl Iterator<Item = Waiting> {
        let planned = self.planned.into_iter().map(|(waiting, _)| waiting);
        planned.chain(self.strangers)
    }
}
