//! The end of the log and of recent streams. It is valid while nobody else writes, which the head shows.

use std::{collections::HashMap, time::Instant};

use super::clock::ServerClock;
use crate::append::{
    plan::{Head, Known, Plan},
    statement::Read,
};

/// How many tips are cached, some 20 MB; then all are dropped, and read again when needed.
const CACHE_CAPACITY: usize = 65_536;

/// Where the log and recent streams end.
#[derive(Debug)]
pub(super) struct TipCache {
    pub(super) head: Head,
    pub(super) known: Known,
    pub(super) clock: ServerClock,
}

impl TipCache {
    /// A cache of what was just read.
    pub(super) fn new(read: Read, asked: Instant) -> Self {
        Self {
            head: read.head,
            clock: ServerClock::new(read.now, asked),
            known: read.known,
        }
    }

    /// Adds what was just read; false when another process has written meanwhile.
    pub(super) fn learn(&mut self, read: Read, asked: Instant) -> bool {
        self.clock.read(read.now, asked);
        self.make_room();
        self.known.streams.extend(read.known.streams);
        self.known.receipts = read.known.receipts;
        self.head == read.head
    }

    /// Moves on to the log as this plan leaves it.
    pub(super) fn follow(&mut self, plan: &Plan) {
        self.head = plan.head;
        self.make_room();
        let ends = plan.streams.iter().map(|(stream, tip)| (stream.clone(), *tip));
        self.known.streams.extend(ends);
        self.known.receipts = HashMap::new();
    }

    fn make_room(&mut self) {
        if self.known.streams.len() > CACHE_CAPACITY {
            self.known.streams.clear();
        }
    }
}
