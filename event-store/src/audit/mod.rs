//! Proof that the log is what was written: every hash recomputed, every place accounted for, every seal opened.

mod ends;
mod finding;
mod keys;
mod not_shown;
mod walk;

use chrono::{DateTime, Utc};
use sqlx::{Executor, PgConnection, PgPool, Row};

pub use finding::{Finding, Wrong};
pub use not_shown::{NOT_SHOWN, NotShown, Part};

use crate::{MasterKey, Position, read::row::time};
use keys::Keys;

/// One snapshot for the whole pass, however long it takes, along the index. It is taken after the lock: the table of keys looks empty to
/// snapshots from before it was written anew.
const BEGIN: &str = "begin isolation level repeatable read read only; \
    lock table es.subject_key in access share mode; \
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
    /// How many keys open with the master key; without one none was tried.
    pub keys: Option<u64>,
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
/// Hashes are taken over what is stored, so erased persons change nothing; with the master key, whatever is still sealed is
/// opened as well. Memory grows with the number of streams and of persons, not of events.
///
/// The hashes hold no secret. Someone who may write everywhere can compute a stream's chain again from a changed event on, or cut
/// the newest events off together with their streams' ends, their receipts and the head; that, and a key destroyed without
/// anybody's leave, shows only beside a copy that is kept elsewhere. [`NOT_SHOWN`] lists what does not follow from the events.
///
/// # Errors
/// The first thing that is wrong, or why the log could not be read.
pub async fn verify(
    pool: &PgPool,
    master: Option<&MasterKey>,
    progress: impl FnMut(Progress) + Send,
) -> Result<Verified, VerifyError> {
    let mut connection = pool.acquire().await?;
    connection.execute(BEGIN).await?;
    let verified = verify_in_tx(&mut connection, master, progress).await;
    if verified.is_ok() {
        connection.execute("rollback").await?;
    } else {
        // Rows may still be on their way, and nobody waits for them.
        connection.close().await.unwrap_or_default();
    }
    verified
}

async fn verify_in_tx(
    transaction: &mut PgConnection,
    master: Option<&MasterKey>,
    progress: impl FnMut(Progress) + Send,
) -> Result<Verified, VerifyError> {
    let (head, recorded_at) = read_head(transaction).await?;
    let keys = Keys::load(transaction, master).await?;
    let walked = walk::walk(transaction, head, &keys, progress).await?;
    ends::check_head(&walked, head, recorded_at)?;
    let (last, recorded_at) = (walked.last, walked.recorded_at);
    let streams = ends::check_streams(transaction, walked).await?;
    let receipts = ends::check_receipts(transaction, head).await?;
    let opened = keys.check_unused(last)?;
    Ok(Verified {
        head,
        recorded_at,
        streams,
        receipts,
        keys: master.map(|_| opened),
    })
}

/// Where the log is said to end, and when that was, if it is a time. Of several ends none is the end, nor is one under another key.
async fn read_head(transaction: &mut PgConnection) -> Result<(Position, Option<DateTime<Utc>>), sqlx::Error> {
    let rows = sqlx::query("select position, recorded_at, one from es.head")
        .fetch_all(transaction)
        .await?;
    match rows.as_slice() {
        [head] if head.try_get(2)? => Ok((Position::new(head.try_get(0)?), time(head, 1).ok())),
        _ => Ok((Position::START, None)),
    }
}
