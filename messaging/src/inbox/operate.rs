//! What an operator asks of the inbox: what waits, what is parked, and what to do about it.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

pub use event_store::inbox::{
    InboxStatus, OperateError, ParkedMessage, discard, parked, parked_body, status,
};

use super::reading;

/// Reads a parked message again and lets it take effect, unless it is still not understood. The service notices by itself.
///
/// # Errors
/// When it is still not understood, no parked message has that number, or the database does not answer.
pub async fn retry(pool: &PgPool, message: i64, now: DateTime<Utc>, by: &str) -> Result<(), OperateError> {
    let stored = parked_body(pool, message).await?;
    let disposition = reading::disposition(&reading::reread(&stored), now);
    event_store::inbox::retry(pool, message, &disposition, by).await
}
