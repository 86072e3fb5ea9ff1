//! The log as the read side needs it.

use std::sync::Arc;

use async_trait::async_trait;
use event_store::{Log, MemoryLog, Position, PostgresLog, ReadError, RecordedEvent};
use tokio::sync::watch;

/// A log that tells when its head moves.
#[async_trait]
pub trait Source: Log {
    /// The head as this process knows it: never ahead of the log, and soon behind it at most by moments.
    fn subscribe(&self) -> watch::Receiver<Position>;

    /// Changes when events may hold less than before, because a person was erased.
    fn erasures(&self) -> watch::Receiver<u64>;

    /// As [`Log::read_after`], but what this process has just recorded need not come from the database. What was then lost there
    /// may still be among it: see [`PostgresLog::newest_after`].
    async fn newest_after(&self, position: Position, limit: u32) -> Result<Vec<RecordedEvent>, ReadError> {
        self.read_after(position, limit).await
    }

    /// Lets [`Source::newest_after`] ask the database.
    fn forget_newest(&self) {}

    /// The same log for a thread with a runtime of its own, asked for within that.
    fn apart(&self) -> Arc<dyn Source>;
}

#[async_trait]
impl Source for PostgresLog {
    async fn newest_after(&self, position: Position, limit: u32) -> Result<Vec<RecordedEvent>, ReadError> {
        Self::newest_after(self, position, limit).await
    }

    fn forget_newest(&self) {
        Self::forget_newest(self);
    }

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
#[async_trait]
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
