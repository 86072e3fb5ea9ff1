//! A batch of requests, planned while the batch before it is being written.

use std::time::Instant;

use super::{Waiting, full, record_group_size, tip_cache::TipCache};
use crate::{AppendError, Expected, Receipt, append::plan::Plan};

/// A plan that grows with each request, and the requests it answers.
pub(super) struct Batch {
    pub(super) plan: Plan,
    planned: Vec<(Waiting, Result<Receipt, AppendError>)>,
    /// Requests whose streams are not in the cache: the log has to be read first.
    cache_misses: Vec<Waiting>,
    bytes: usize,
}

impl Batch {
    /// A batch after the cached end of the log.
    pub(super) fn after(cache: &TipCache) -> Self {
        Self {
            plan: Plan::after(cache.head),
            planned: Vec::new(),
            cache_misses: Vec::new(),
            bytes: 0,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        full(
            self.planned.len().saturating_add(self.cache_misses.len()),
            self.bytes,
        )
    }

    pub(super) fn is_empty(&self) -> bool {
        self.planned.is_empty() && self.cache_misses.is_empty()
    }

    pub(super) fn cache_misses(&self) -> &[Waiting] {
        &self.cache_misses
    }

    /// Plans a request if the cache suffices to accept it. A rejection may be due to an outdated cache.
    pub(super) fn add(&mut self, waiting: Waiting, cache: &TipCache) {
        self.bytes = self.bytes.saturating_add(waiting.request.bytes());
        if self.fits(&waiting, cache) {
            self.answer(waiting, cache);
        } else {
            self.cache_misses.push(waiting);
        }
    }

    /// Plans the cache misses, once their streams were read.
    pub(super) fn add_cache_misses(&mut self, cache: &TipCache) {
        for waiting in std::mem::take(&mut self.cache_misses) {
            self.answer(waiting, cache);
        }
    }

    fn answer(&mut self, waiting: Waiting, cache: &TipCache) {
        let now = cache.clock.at(Instant::now());
        let answer = self.plan.take(&cache.known, now, &waiting.request);
        self.planned.push((waiting, answer));
    }

    fn fits(&self, waiting: &Waiting, cache: &TipCache) -> bool {
        waiting.request.writes.iter().all(|write| {
            let tip = self.plan.tip(&cache.known, &write.stream);
            match (tip, write.expected) {
                (None, _) => false,
                (Some(tip), Expected::Version(expected)) => tip.version == expected,
                (Some(_), Expected::Any) => true,
            }
        })
    }

    /// Answers every request.
    pub(super) fn reply(self) {
        record_group_size(self.planned.len());
        for (waiting, answer) in self.planned {
            waiting.answer(answer);
        }
    }

    /// The requests, as if nothing had been planned.
    pub(super) fn undo(self) -> impl Iterator<Item = Waiting> {
        let planned = self.planned.into_iter().map(|(waiting, _)| waiting);
        planned.chain(self.cache_misses)
    }
}
