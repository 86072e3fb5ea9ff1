//! The outbox's tables: messages frozen with their events, until they are sent or discarded.
//!
//! The statement of the group commit writes them. [`load`], [`load_of`], [`delete`] and [`park`] are for the relay; [`status`],
//! [`parked`], [`retry`] and [`discard`] are for the operator.

mod operate;
mod send;

pub use operate::{Discarded, OutboxError, OutboxStatus, ParkedKey, discard, parked, retry, status};
pub use send::{OutboxMessage, OutboxPosition, delete, load, load_of, park, parked_keys};
