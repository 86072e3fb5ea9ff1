//! What the writer remembers of the log's end. It holds for as long as nobody else writes, which the head tells.

use std::{collections::HashMap, time::Instant};

use super::clock::ServerClock;
use crate::{
    plan::{Head, Known, Plan},
    statement::Read,
};

/// How many ends of streams are remembered, some 20 MB of them; then all are forgotten, and read again as they are met.
const REMEMBERED: usize = 65_536;

/// Where the log and the streams met lately end.
#[derive(Debug)]
pub(super) struct Memory {
    pub(super) head: Head,
    pub(super) known: Known,
    pub(super) clock: ServerClock,
}

impl Memory {
    /// What was just read.
    pub(super) fn new(read: Read, asked: Instant) -> Self {
        Self {
            head: read.head,
            clock: ServerClock::new(read.now, asked),
            known: read.known,
        }
    }

    /// Takes in what was just read; false when somebody else has written meanwhile.
    pub(super) fn learn(&mut self, read: Read, asked: Instant) -> bool {
        self.clock.read(read.now, asked);
        self.make_room();
        self.known.streams.extend(read.known.streams);
        self.known.receipts = read.known.receipts;
        self.head == read.head
    }

    /// From now on the log is as this plan leaves it.
    pub(super) fn follow(&mut self, plan: &Plan) {
        self.head = plan.head;
        self.make_room();
        let ends = plan.streams.iter().map(|(stream, tip)| (stream.clone(), *tip));
        self.known.streams.extend(ends);
        self.known.receipts = HashMap::new();
    }

    fn make_room(&mut self) {
        if self.known.streams.len() > REMEMBERED {
            self.known.streams.clear();
        }
    }
}
