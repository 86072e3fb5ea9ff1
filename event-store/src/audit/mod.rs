//! Proof that the log is what was written: every hash recomputed, every place accounted for.

mod ends;
mod finding;
mod walk;

use chrono::{DateTime, Utc};
use sqlx::{Executor, PgConnection, PgPool};

pub use finding::{Finding, Wrong};

use crate::Position;

/// One snapshot for the whole pass, however long it takes, page by page along the index.
const BEGIN: &str = "begin isolation level repeatable read read only; \
    set local statement_timeout = 0; set local enable_seqscan = off; set local jit = off";

/// How far a verification has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The last position that was verified.
    pub at: Position,
    /// The last position there is.
    pub head: Position,
}

/// A whole log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The position of its newest event, which is also how many events were verified.
    pub head: Position,
    /// When that was recorded, UTC; for an empty log, 1970.
    pub recorded_at: DateTime<Utc>,
    /// How many streams they belong to.
    pub streams: u64,
    /// How many receipts were compared with their events.
    pub receipts: u64,
}

/// The log was not verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It is not what was written.
    #[error("the log is not what was written: {0}")]
    Broken(Finding),
    /// It could not be read to the end.
    #[error("the log could not be read to the end: check the database and verify again")]
    Unreadable(#[from] sqlx::Error),
}

/// Reads the whole log in order, as of one moment, and reports the first position at which it is wrong.
///
/// Hashes are taken over what is stored, so neither keys nor the master key are needed, and erased persons change nothing.
/// Memory grows with the number of streams, not of events. What this cannot see is a log rewritten as a whole, consistently:
/// for that, compare a signed checkpoint kept elsewhere.
///
/// # Errors
/// The first thing that is wrong, or why the log could not be read.
pub async fn verify(pool: &PgPool, progress: impl FnMut(Progress) + Send) -> Result<Verified, VerifyError> {
    let mut connection = pool.acquire().await?;
    connection.execute(BEGIN).await?;
    let verified = verify_in_tx(&mut connection, progress).await;
    connection.execute("rollback").await?;
    verified
}

async fn verify_in_tx(
    transaction: &mut PgConnection,
    progress: impl FnMut(Progress) + Send,
) -> Result<Verified, VerifyError> {
    let (head, recorded_at): (i64, DateTime<Utc>) =
        sqlx::query_as("select position, recorded_at from es.head")
            .fetch_one(&mut *transaction)
            .await?;
    let head = Position::new(head);
    let walked = walk::walk(transaction, head, progress).await?;
    ends::check_head(&walked, head, recorded_at)?;
    let streams = ends::check_streams(transaction, walked).await?;
    let receipts = ends::check_receipts(transaction, head).await?;
    Ok(Verified {
        head,
        recorded_at,
        streams,
        receipts,
    })
}
