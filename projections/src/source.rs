//! The log as the read side needs it.

use std::sync::Arc;

use event_store::{Log, MemoryLog, Position, PostgresLog};
use tokio::sync::watch;

/// A log that tells when its head moves.
pub trait Source: Log {
    /// The head as this process knows it: never ahead of the log, and soon behind it at most by moments.
    fn subscribe(&self) -> watch::Receiver<Position>;

    /// Changes when events may hold less than before, because a person was erased.
    fn erasures(&self) -> watch::Receiver<u64>;

    /// The same log for a thread with a runtime of its own, asked for within that.
    fn apart(&self) -> Arc<dyn Source>;
}

impl Source for PostgresLog {
    fn subscribe(&self) -> watch::Receiver<Position> {
        Self::subscribe(self)
    }

    fn erasures(&self) -> watch::Receiver<u64> {
        self.keyring().erasures()
    }

    fn apart(&self) -> Arc<dyn Source> {
        Arc::new(Self::apart(self))
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

    fn apart(&self) -> Arc<dyn Source> {
        Arc::new(self.clone())
    }
}
