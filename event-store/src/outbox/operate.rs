//! The outbox for operators: what waits, what is parked, and what to do about it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgPool, Row, postgres::PgRow};
use uuid::Uuid;

use crate::Position;

/// How full the outbox is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxStatus {
    /// How many messages wait, parked ones included.
    pub waiting: u64,
    /// How long the oldest has waited, by the database's clock; zero when none waits.
    pub oldest_age: Duration,
    /// How long the oldest that could leave has waited: those of parked keys could not.
    pub oldest_sendable_age: Duration,
    /// How many keys are parked.
    pub parked_keys: u64,
    /// How many of the waiting messages belong to parked keys.
    pub behind_parked: u64,
}

/// A key whose next message cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedKey {
    /// The key: a prisoner's number.
    pub key: String,
    /// The position of the message that cannot be sent.
    pub since: Position,
    /// How often it was tried.
    pub attempts: u32,
    /// Why, as SNS codes it.
    pub code: String,
    /// The event that the message tells of.
    pub event_id: Option<Uuid>,
    /// Since when, UTC.
    pub parked_at: DateTime<Utc>,
    /// How many messages wait, that one included.
    pub waiting: u64,
}

/// A message that will never be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discarded {
    /// Its position.
    pub position: Position,
    /// The event that it told of; the event itself stays in the log.
    pub event_id: Uuid,
    /// How many later messages of the key may leave now.
    pub released: u64,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// Nothing is parked under that key.
    #[error("this key is not parked: `allocations outbox parked` lists those that are")]
    NotParked,
    /// Discarding is for ever, so it needs a reason and a name.
    #[error("a message is only discarded with a reason and the name of who decided it: give both")]
    Unexplained,
    /// The database.
    #[error("the outbox cannot be read or written now: check the database, then try again")]
    Database(#[from] sqlx::Error),
}

const STATUS: &str = "
    select count(*) as waiting,
        coalesce(greatest(extract(epoch from clock_timestamp() - min(outbox.recorded_at)), 0), 0)::float8 as age,
        coalesce(greatest(extract(epoch from clock_timestamp()
            - min(outbox.recorded_at) filter (where parked_key.message_key is null)), 0), 0)::float8 as sendable_age,
        (select count(*) from es.parked_key) as parked_keys,
        count(parked_key.message_key) as behind_parked
    from es.outbox left join es.parked_key using (message_key)";

const PARKED: &str = "
    select message_key, since_position, attempts, error, parked_at,
        (select count(*) from es.outbox where outbox.message_key = parked_key.message_key) as waiting
    from es.parked_key
    order by parked_at, message_key";

const UNPARK: &str = "delete from es.parked_key where message_key = $1 returning error ->> 'code'";

// The first row of the key is the one that cannot be sent: those behind it were never tried.
const DISCARD: &str = "
    with gone as (
        delete from es.outbox
        where (position, ordinal) =
            (select position, ordinal from es.outbox where message_key = $1 order by position, ordinal limit 1)
        returning position, ordinal, message_key, event_type, event_id, sequence
    ), kept as (
        insert into es.discarded_message
            (position, ordinal, message_key, event_type, event_id, sequence, code, reason, discarded_by)
        select position, ordinal, message_key, event_type, event_id, sequence, $2, $3, $4 from gone
    )
    select position, event_id,
        (select count(*) from es.outbox where message_key = $1) - 1 as released
    from gone";

/// How full the outbox is.
///
/// # Errors
/// When the database does not answer.
pub async fn status(pool: &PgPool) -> Result<OutboxStatus, OutboxError> {
    let row = sqlx::query(STATUS).fetch_one(pool).await?;
    let count = |column| row.try_get(column).map(count);
    let age = |column| {
        row.try_get(column)
            .map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default())
    };
    Ok(OutboxStatus {
        waiting: count("waiting")?,
        oldest_age: age("age")?,
        oldest_sendable_age: age("sendable_age")?,
        parked_keys: count("parked_keys")?,
        behind_parked: count("behind_parked")?,
    })
}

/// The parked keys, the longest parked first.
///
/// # Errors
/// When the database does not answer.
pub async fn parked(pool: &PgPool) -> Result<Vec<ParkedKey>, OutboxError> {
    Ok(sqlx::query_as(PARKED).fetch_all(pool).await?)
}

/// Lets a key's messages leave again, beginning with the one that could not be sent. The relay notices by itself.
///
/// # Errors
/// When the key is not parked, or the database does not answer.
pub async fn retry(pool: &PgPool, key: &str) -> Result<(), OutboxError> {
    // All rows and not the first: the last thing to come is the end of the commit.
    let mut codes: Vec<Option<String>> = sqlx::query_scalar(UNPARK).bind(key).fetch_all(pool).await?;
    let code = codes.pop().ok_or(OutboxError::NotParked)?;
    tracing::info!(code, "a parked key is retried");
    Ok(())
}

/// Gives up the message for which a key is parked, keeps who decided so and why, and lets the key's later messages leave.
///
/// # Errors
/// When reason or name is missing, the key is not parked, or the database does not answer.
pub async fn discard(pool: &PgPool, key: &str, reason: &str, by: &str) -> Result<Discarded, OutboxError> {
    let (reason, by) = (reason.trim(), by.trim());
    if reason.is_empty() || by.is_empty() {
        return Err(OutboxError::Unexplained);
    }
    let mut transaction = pool.begin().await?;
    let code: Option<Option<String>> = sqlx::query_scalar(UNPARK)
        .bind(key)
        .fetch_optional(&mut *transaction)
        .await?;
    let code = code.ok_or(OutboxError::NotParked)?;
    let (position, event_id, released): (i64, Uuid, i64) = sqlx::query_as(DISCARD)
        .bind(key)
        .bind(code.as_deref())
        .bind(reason)
        .bind(by)
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(OutboxError::NotParked)?;
    transaction.commit().await?;
    tracing::warn!(position, %event_id, code, by, released, "a message was discarded and will never be sent");
    Ok(Discarded {
        position: Position::new(position),
        event_id,
        released: count(released),
    })
}

impl FromRow<'_, PgRow> for ParkedKey {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let error: serde_json::Value = row.try_get("error")?;
        let text = |name| error.get(name).and_then(serde_json::Value::as_str);
        Ok(Self {
            key: row.try_get("message_key")?,
            since: Position::new(row.try_get("since_position")?),
            attempts: u32::try_from(row.try_get::<i32, _>("attempts")?).unwrap_or_default(),
            code: text("code").unwrap_or_default().to_owned(),
            event_id: text("eventId").and_then(|id| id.parse().ok()),
            parked_at: row.try_get("parked_at")?,
            waiting: count(row.try_get("waiting")?),
        })
    }
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
