//! The log as the read side needs it.

use event_store::{Log, MemoryLog, Position, PostgresLog};
use tokio::sync::watch;

/// A log that tells when its head moves.
pub trait Source: Log {
    /// The head as this process knows it: never ahead of the log, and soon behind it at most by moments.
    fn subscribe(&self) -> watch::Receiver<Position>;
}

impl Source for PostgresLog {
    fn subscribe(&self) -> watch::Receiver<Position> {
        Self::subscribe(self)
    }
}

impl Source for MemoryLog {
    fn subscribe(&self) -> watch::Receiver<Position> {
        Self::subscribe(self)
    }
}
