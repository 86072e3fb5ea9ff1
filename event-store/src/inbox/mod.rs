//! The inbox's tables: what other services sent, stored before it is acknowledged, and the work that it makes.
//!
//! [`keep`] stores, [`claim`] hands out one person's next message, [`complete`], [`defer`] and [`park`] say what
//! became of it. A person's messages are worked on in the order of their time and one at a time; another person's trouble
//! delays none of them. What is read and decided here is the database's clock's.

mod forget;
mod keep;
mod operate;
mod work;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use forget::{Forgotten, forget};
pub use keep::{Arrival, Disposition, keep, ready};
pub use operate::{InboxStatus, OperateError, ParkedMessage, discard, parked, parked_body, retry, status};
pub use work::{Claimed, claim, complete, defer, park};

/// A message that was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// Its number in the inbox.
    pub message: i64,
    /// Its publisher's id.
    pub message_id: String,
    /// Its type, when it says so.
    pub event_type: Option<String>,
    /// When it was received first, UTC.
    pub received_at: DateTime<Utc>,
    /// The body as the queue handed it over.
    pub body: Vec<u8>,
}

/// The right to work on a person's messages, until it ends by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Whose.
    pub person: String,
    /// Which turn: an earlier owner's writes do not count any more.
    pub id: Uuid,
    /// How often the message failed by a fault of its own.
    pub attempts: u32,
    /// How often in a row it could not be done.
    pub failures: u32,
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
