//! The log as the read side needs it.

use event_store::{Log, MemoryLog, Position, PostgresLog};
use tokio::sync::watch;

/// A log that tells when its head moves.
pub trait Source: Log {
    /// The head as this process knows it: never ahead of the log, and soon behind it at most by moments.
    fn subscribe(&self) -> watch::Receiver<Position>;

    /// Changes when events may hold less than before, because a person was erased.
    fn erasures(&self) -> watch::Receiver<u64>;
}

impl Source for PostgresLog {
    fn subscribe(&self) -> watch::Receiver<Position> {
        Self::subscribe(self)
    }

    fn erasures(&self) -> watch::Receiver<u64> {
        self.keyring().erasures()
    }
}

/// Seals nothing, and so cannot erase.
impl Source for MemoryLog {
    fn subscribe(&self) -> watch::Receiver<Position> {
        Self::subscribe(self)
    }

    fn erasures(&self) -> watch::Receiver<u64> {
        watch::channel(0).1
    }
}
