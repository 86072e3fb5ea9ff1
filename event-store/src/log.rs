//! The contract of a log. One suite of tests runs against every implementation.

use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use crate::{AppendError, AppendRequest, Outcome, Position, Receipt, RecordedEvent, StreamId};

/// The log could not be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// The database cannot answer now.
    #[error("the log cannot be read now: {0}")]
    Unavailable(Arc<str>),
    /// Positions are not dense: the log was damaged.
    #[error("the log is damaged after position {0}: stop, and run `allocations audit verify`")]
    Damaged(Position),
}

/// An append-only log with one order.
#[async_trait]
pub trait Log: Send + Sync + 'static {
    /// Appends one command's events: all or none, once per command id. A request whose writes hold no events appends
    /// nothing and is [`AppendError::Invalid`].
    async fn append(&self, request: AppendRequest) -> Result<Receipt, AppendError>;

    /// The events of these streams; each stream's are in order of version.
    async fn read_streams(&self, streams: &[StreamId]) -> Result<Vec<RecordedEvent>, ReadError>;

    /// Up to `limit` events after a position, in order and without gaps.
    async fn read_after(&self, position: Position, limit: u32) -> Result<Vec<RecordedEvent>, ReadError>;

    /// The position of the newest event.
    async fn head(&self) -> Result<Position, ReadError>;

    /// Keeps that there was nothing to do for a command, so that another delivery of it, however late, does nothing either.
    /// What an earlier delivery came to stands, and is the answer.
    async fn record_noop(&self, command_id: Uuid, request_hash: [u8; 32]) -> Result<Outcome, AppendError>;

    /// What became of a command, with the hash of its request.
    async fn receipt(&self, command_id: Uuid) -> Result<Option<(Outcome, [u8; 32])>, ReadError>;
}
