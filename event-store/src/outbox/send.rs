//! The relay's statements: load, delete what was sent, park what cannot be sent.

use std::{collections::HashSet, sync::Arc};

use sqlx::{FromRow, PgPool, Row, postgres::PgRow};
use uuid::Uuid;

use crate::Lease;

const LOAD: &str = "
    select position, ordinal, message_key, event_type, body::text, event_id, sequence
    from es.outbox
    where (position, ordinal) > ($1, $2) and position <= $3 and message_key <> all($4)
    order by position, ordinal
    limit $5";

const LOAD_OF: &str = "
    select position, ordinal, message_key, event_type, body::text, event_id, sequence
    from es.outbox
    where message_key = any($1) and (position, ordinal) <= ($2, $3)
    order by position, ordinal";

const DELETE: &str = "
    delete from es.outbox
    using unnest($1::bigint[], $2::smallint[]) as sent (position, ordinal)
    where outbox.position = sent.position and outbox.ordinal = sent.ordinal
    and exists (select from es.lease where name = $3 and owner = $4 and fence = $5)";

const PARK: &str = "
    insert into es.parked_key (message_key, since_position, attempts, error)
    select $1, $2, $3, $4
    where exists (select from es.lease where name = $5 and owner = $6 and fence = $7)
    on conflict (message_key) do nothing";

const PARKED: &str = "select message_key from es.parked_key";

/// Where a message stands in the order of sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutboxPosition {
    /// The position of its event.
    pub position: i64,
    /// Its number among the messages of that event.
    pub ordinal: i16,
}

impl OutboxPosition {
    /// Before the first message.
    pub const START: Self = Self {
        position: 0,
        ordinal: i16::MIN,
    };

    /// After all messages of a position.
    #[must_use]
    pub const fn after(position: i64) -> Self {
        Self {
            position,
            ordinal: i16::MAX,
        }
    }
}

/// A message in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxMessage {
    /// Where it stands in the order of sending.
    pub place: OutboxPosition,
    /// Messages with the same key leave in order.
    pub key: Arc<str>,
    /// Its type, by which subscribers filter.
    pub event_type: String,
    /// The text frozen at the commit, letter by letter.
    pub body: Arc<str>,
    /// The event it tells of.
    pub event_id: Uuid,
    /// Its number among the messages of its stream.
    pub sequence: i64,
}

impl FromRow<'_, PgRow> for OutboxMessage {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            place: OutboxPosition {
                position: row.try_get("position")?,
                ordinal: row.try_get("ordinal")?,
            },
            key: row.try_get::<String, _>("message_key")?.into(),
            event_type: row.try_get("event_type")?,
            body: row.try_get::<String, _>("body")?.into(),
            event_id: row.try_get("event_id")?,
            sequence: row.try_get("sequence")?,
        })
    }
}

/// Up to `limit` messages after a place and up to a position, in order, without those of held keys.
///
/// # Errors
/// When the database does not answer.
pub async fn load(
    pool: &PgPool,
    after: OutboxPosition,
    watermark: i64,
    held: &[String],
    limit: usize,
) -> Result<Vec<OutboxMessage>, sqlx::Error> {
    sqlx::query_as(LOAD)
        .bind(after.position)
        .bind(after.ordinal)
        .bind(watermark)
        .bind(held)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(pool)
        .await
}

/// The messages of these keys up to a place, in order.
///
/// # Errors
/// When the database does not answer.
pub async fn load_of(
    pool: &PgPool,
    keys: &[String],
    up_to: OutboxPosition,
) -> Result<Vec<OutboxMessage>, sqlx::Error> {
    sqlx::query_as(LOAD_OF)
        .bind(keys)
        .bind(up_to.position)
        .bind(up_to.ordinal)
        .fetch_all(pool)
        .await
}

/// Deletes messages that SNS accepted; false when the lease is another's by now.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(pool: &PgPool, lease: &Lease, sent: &[OutboxMessage]) -> Result<bool, sqlx::Error> {
    let positions: Vec<i64> = sent.iter().map(|message| message.place.position).collect();
    let ordinals: Vec<i16> = sent.iter().map(|message| message.place.ordinal).collect();
    let deleted = sqlx::query(DELETE)
        .bind(positions)
        .bind(ordinals)
        .bind(&lease.name)
        .bind(lease.owner)
        .bind(lease.fence)
        .execute(pool)
        .await?;
    Ok(deleted.rows_affected() > 0)
}

/// Parks a message's key; false when the lease is another's by now. The reason holds no personal data.
///
/// # Errors
/// When the database does not answer.
pub async fn park(
    pool: &PgPool,
    lease: &Lease,
    message: &OutboxMessage,
    attempts: u32,
    code: &str,
) -> Result<bool, sqlx::Error> {
    let error = serde_json::json!({ "code": code, "eventId": message.event_id });
    let parked = sqlx::query(PARK)
        .bind(&*message.key)
        .bind(message.place.position)
        .bind(i32::try_from(attempts).unwrap_or(i32::MAX))
        .bind(error)
        .bind(&lease.name)
        .bind(lease.owner)
        .bind(lease.fence)
        .execute(pool)
        .await?;
    Ok(parked.rows_affected() == 1)
}

/// The keys that wait for an operator.
///
/// # Errors
/// When the database does not answer.
pub async fn parked_keys(pool: &PgPool) -> Result<HashSet<Arc<str>>, sqlx::Error> {
    let keys: Vec<String> = sqlx::query_scalar(PARKED).fetch_all(pool).await?;
    Ok(keys.into_iter().map(Arc::from).collect())
}
