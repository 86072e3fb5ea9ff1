//! The log as the read side needs it.

use std::sync::Arc;

use async_trait::async_trait;
use event_store::{Log, MemoryLog, Position, PostgresLog, ReadError, RecordedEvent};
use tokio::sync::watch;

use crate::ReadModelError;

/// A log that announces when its head moves.
#[async_trait]
pub trait Source: Log {
    /// The head as this process knows it: never ahead of the log, and moments behind it at most.
    fn subscribe(&self) -> watch::Receiver<Position>;

    /// Changes when a person is erased, whose events then hold less than before.
    fn erasures(&self) -> watch::Receiver<u64>;

    /// As [`Log::read_after`], but events that this process has just recorded may come from memory, even if
    /// Postgres lost them: see [`PostgresLog::newest_after`].
    async fn newest_after(&self, position: Position, limit: u32) -> Result<Vec<RecordedEvent>, ReadError> {
        self.read_after(position, limit).await
    }

    /// Makes [`Source::newest_after`] ask the database.
    fn forget_newest(&self) {}

    /// The same log for a thread with its own runtime; called on that thread.
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

/// Refuses a position beyond the end of the log. A subscriber that went on from a position which a restored log has lost would wait in
/// silence, and then miss the events that take its place.
pub(crate) async fn assert_recorded(log: &dyn Source, wanted: Position) -> Result<(), ReadModelError> {
    let head = log.head().await?;
    if wanted > head {
        return Err(ReadModelError::BeyondLog { wanted, head });
    }
    Ok(())
}
