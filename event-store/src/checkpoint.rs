//! How far a read model has folded the log, and who may go on folding.
//!
//! [`advance_in_tx`] belongs into the transaction that writes the read model's rows. It compares and sets: when someone else
//! has moved the checkpoint or taken it over, nothing is updated, and the transaction must be rolled back.

use std::time::Duration;

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Position;

/// One shard of one version of a read model.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CheckpointKey {
    /// The read model.
    pub name: String,
    /// Which version of it.
    pub version: i32,
    /// Which shard, from 0.
    pub shard: i32,
}

/// A checkpoint as it stands.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Checkpoint {
    /// The last position folded.
    #[sqlx(try_from = "i64")]
    pub position: Position,
    /// `building`, `live`, `previous` or `stopped`.
    pub status: String,
    /// Who folds.
    pub owner: Option<Uuid>,
    /// Grows with every owner.
    pub fence: i64,
    /// Why it stopped.
    pub error: Option<Value>,
}

/// The right to fold, as of when it was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Who.
    pub owner: Uuid,
    /// Greater than that of every earlier owner.
    pub fence: i64,
    /// Where to go on.
    pub position: Position,
}

/// Makes the row at position 0 unless it exists.
///
/// # Errors
/// When the database cannot answer.
pub async fn register(
    connection: &mut PgConnection,
    key: &CheckpointKey,
    shards: i32,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into es.projection (name, version, shard, shards) values ($1, $2, $3, $4) on conflict do nothing",
    )
    .bind(&key.name)
    .bind(key.version)
    .bind(key.shard)
    .bind(shards)
    .execute(connection)
    .await
    .map(|_| ())
}

/// The checkpoint, if it was registered.
///
/// # Errors
/// When the database cannot answer.
pub async fn read(
    connection: &mut PgConnection,
    key: &CheckpointKey,
) -> Result<Option<Checkpoint>, sqlx::Error> {
    sqlx::query_as(
        "select position, status, owner, fence, error from es.projection
         where name = $1 and version = $2 and shard = $3",
    )
    .bind(&key.name)
    .bind(key.version)
    .bind(key.shard)
    .fetch_optional(connection)
    .await
}

/// Takes the turn for a while if nobody else has it.
///
/// # Errors
/// When the database cannot answer.
pub async fn acquire(
    connection: &mut PgConnection,
    key: &CheckpointKey,
    owner: Uuid,
    length: Duration,
) -> Result<Option<Turn>, sqlx::Error> {
    let taken: Option<(i64, i64)> = sqlx::query_as(
        "update es.projection
         set owner = $4, fence = fence + 1, lease_until = clock_timestamp() + make_interval(secs => $5)
         where name = $1 and version = $2 and shard = $3
           and (owner is null or owner = $4 or lease_until is null or lease_until <= clock_timestamp())
         returning fence, position",
    )
    .bind(&key.name)
    .bind(key.version)
    .bind(key.shard)
    .bind(owner)
    .bind(length.as_secs_f64())
    .fetch_optional(connection)
    .await?;
    Ok(taken.map(|(fence, position)| Turn {
        owner,
        fence,
        position: Position::new(position),
    }))
}

/// Keeps the turn for another while; false when it has passed to someone else.
///
/// # Errors
/// When the database cannot answer.
pub async fn renew(
    connection: &mut PgConnection,
    key: &CheckpointKey,
    turn: &Turn,
    length: Duration,
) -> Result<bool, sqlx::Error> {
    let renewed = sqlx::query(
        "update es.projection set lease_until = clock_timestamp() + make_interval(secs => $5)
         where name = $1 and version = $2 and shard = $3 and fence = $4",
    )
    .bind(&key.name)
    .bind(key.version)
    .bind(key.shard)
    .bind(turn.fence)
    .bind(length.as_secs_f64())
    .execute(connection)
    .await?;
    Ok(renewed.rows_affected() == 1)
}

/// Gives the turn up, so that another need not wait for its end.
///
/// # Errors
/// When the database cannot answer; then it ends by itself.
pub async fn release(
    connection: &mut PgConnection,
    key: &CheckpointKey,
    turn: &Turn,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update es.projection set owner = null, lease_until = null
         where name = $1 and version = $2 and shard = $3 and fence = $4",
    )
    .bind(&key.name)
    .bind(key.version)
    .bind(key.shard)
    .bind(turn.fence)
    .execute(connection)
    .await
    .map(|_| ())
}

/// Moves from the position that the fold began at to the one it reached; false when it is no longer ours to move.
///
/// # Errors
/// When the database cannot answer.
pub async fn advance_in_tx(
    transaction: &mut PgConnection,
    key: &CheckpointKey,
    fence: i64,
    from: Position,
    to: Position,
) -> Result<bool, sqlx::Error> {
    let advanced = sqlx::query(
        "update es.projection set position = $6, updated_at = clock_timestamp()
         where name = $1 and version = $2 and shard = $3 and fence = $4 and position = $5",
    )
    .bind(&key.name)
    .bind(key.version)
    .bind(key.shard)
    .bind(fence)
    .bind(from.get())
    .bind(to.get())
    .execute(transaction)
    .await?;
    Ok(advanced.rows_affected() == 1)
}

/// Stops a read model at an event it cannot fold, and says why.
///
/// # Errors
/// When the database cannot answer.
pub async fn stop(
    connection: &mut PgConnection,
    key: &CheckpointKey,
    fence: i64,
    error: &Value,
) -> Result<bool, sqlx::Error> {
    let stopped = sqlx::query(
        "update es.projection set status = 'stopped', error = $5, updated_at = clock_timestamp()
         where name = $1 and version = $2 and shard = $3 and fence = $4",
    )
    .bind(&key.name)
    .bind(key.version)
    .bind(key.shard)
    .bind(fence)
    .bind(error)
    .execute(connection)
    .await?;
    Ok(stopped.rows_affected() == 1)
}
