//! Durable followers of the log: each event that concerns a follower becomes a task, once, and stays one until it is done.
//!
//! A follower has a name, a lease and a checkpoint. The replica that holds the lease ([`Lead`]) moves the checkpoint and writes the
//! tasks of the events it passes in one transaction. Tasks wait for their due date by the database's clock. A task that cannot be
//! done is tried again later or parked, and holds up no other key. Every write is conditional on the lease's fence: a replica that
//! lost the lease without noticing changes nothing.
//!
//! What a task leads to happens outside these transactions, so it happens at least once. Whoever does it makes the second time
//! harmless.

mod clock;
mod lead;
mod operate;
mod task;

use std::sync::Arc;

use uuid::Uuid;

pub use self::{
    clock::Clock,
    lead::{Advanced, Lead},
    operate::{FollowerStatus, ParkedTask, parked, retry, status},
    task::{Task, Wake},
};
use crate::{Position, PostgresLog, ReadError, database::db_failure::described};

/// A follower could not go on.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// Another replica holds the lease now.
    #[error("another replica follows now")]
    Fenced,
    /// No parked task has this key.
    #[error("no parked task of this process has that key: `allocations process parked` lists those that are")]
    NotParked,
    /// The log was damaged.
    #[error("the log is damaged after position {0}: stop, and run `allocations audit verify`")]
    Damaged(Position),
    /// The database cannot answer now.
    #[error("the database cannot answer now: {0}")]
    Unavailable(Arc<str>),
}

impl From<sqlx::Error> for FollowError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(described(&error))
    }
}

impl From<ReadError> for FollowError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unavailable(why) => Self::Unavailable(why),
            ReadError::Damaged(position) => Self::Damaged(position),
        }
    }
}

/// A follower of the log, as one replica runs it.
#[derive(Debug, Clone)]
pub struct Follower {
    log: PostgresLog,
    name: String,
    event_types: Vec<String>,
    clock: Clock,
    owner: Uuid,
}

impl Follower {
    /// A follower of the events of these types. It begins at the first event of the log.
    #[must_use]
    pub fn new(log: PostgresLog, name: &str, event_types: &[&str], clock: Clock) -> Self {
        Self {
            log,
            name: name.to_owned(),
            event_types: event_types.iter().map(|&name| name.to_owned()).collect(),
            clock,
            owner: Uuid::now_v7(),
        }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> &PostgresLog {
        &self.log
    }
}

/// The name of a follower's lease.
#[must_use]
pub fn lease_name(follower: &str) -> String {
    format!("process:{follower}")
}
