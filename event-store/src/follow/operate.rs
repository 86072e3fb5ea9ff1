//! What operators see of followers, and how they take a parked task up again.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgPool, Row, postgres::PgRow};

use super::{FollowError, lease_name};
use crate::{Lease, Position};

/// How a follower is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowerStatus {
    /// Its name.
    pub name: String,
    /// Whether a living replica follows.
    pub followed: bool,
    /// The position that it has passed.
    pub position: Position,
    /// The position of the newest event.
    pub head: Position,
    /// How many tasks are due and not parked.
    pub due: u64,
    /// For how long the first of them has been due.
    pub oldest_due: Duration,
    /// How many due dates lie ahead.
    pub scheduled: u64,
    /// How many tasks failed and are tried again.
    pub delayed: u64,
    /// How many tasks wait for an operator.
    pub parked: u64,
}

impl FollowerStatus {
    /// How many events it has yet to pass.
    #[must_use]
    pub fn lag(&self) -> u64 {
        u64::try_from(self.head.get().saturating_sub(self.position.get())).unwrap_or_default()
    }
}

/// A task that waits for an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedTask {
    /// Its key.
    pub key: String,
    /// The position of the event that it goes back to.
    pub cause: Position,
    /// That event's name.
    pub event_type: String,
    /// Why.
    pub reason: String,
    /// Since when, UTC.
    pub parked_at: DateTime<Utc>,
    /// How many later tasks of the key wait behind it.
    pub waiting: u64,
}

const STATUS: &str = "
    select coalesce((select position from es.follower where name = $1), 0) as position,
        (select position from es.head) as head,
        count(*) filter (where parked_at is null and due_at <= clock_timestamp()) as due,
        coalesce(greatest(extract(epoch from
            clock_timestamp() - min(due_at) filter (where parked_at is null)), 0), 0)::float8 as oldest_due,
        count(*) filter (where parked_at is null and due_at > clock_timestamp()) as scheduled,
        count(*) filter (where parked_at is null and failures > 0) as delayed,
        count(parked_at) as parked
    from es.task where follower = $1";

const PARKED: &str = "
    select key, cause, event_type, coalesce(reason, '') as reason, parked_at,
        (select count(*) from es.task later
            where later.follower = task.follower and later.key = task.key and later.parked_at is null) as waiting
    from es.task join es.event on event.position = cause
    where follower = $1 and parked_at is not null
    order by cause, key";

const RETRY: &str = "
    update es.task set parked_at = null, retry_at = '-infinity', attempts = 0
    where follower = $1 and key = $2 and parked_at is not null";

/// How a follower of this name is.
///
/// # Errors
/// When the database cannot answer.
pub async fn status(pool: &PgPool, name: &str) -> Result<FollowerStatus, FollowError> {
    let mut connection = pool.acquire().await?;
    let followed = Lease::is_held(&mut connection, &lease_name(name)).await?;
    let row = sqlx::query(STATUS).bind(name).fetch_one(&mut *connection).await?;
    let count = |column| row.try_get(column).map(count);
    Ok(FollowerStatus {
        name: name.to_owned(),
        followed,
        position: Position::new(row.try_get("position")?),
        head: Position::new(row.try_get("head")?),
        due: count("due")?,
        oldest_due: Duration::try_from_secs_f64(row.try_get("oldest_due")?).unwrap_or_default(),
        scheduled: count("scheduled")?,
        delayed: count("delayed")?,
        parked: count("parked")?,
    })
}

/// The parked tasks of a follower, in the order of the log.
///
/// # Errors
/// When the database cannot answer.
pub async fn parked(pool: &PgPool, name: &str) -> Result<Vec<ParkedTask>, FollowError> {
    Ok(sqlx::query_as(PARKED).bind(name).fetch_all(pool).await?)
}

/// Takes a key's parked tasks up again.
///
/// # Errors
/// [`FollowError::NotParked`], or when the database cannot answer.
pub async fn retry(pool: &PgPool, name: &str, key: &str) -> Result<(), FollowError> {
    let taken_up = sqlx::query(RETRY).bind(name).bind(key).execute(pool).await?;
    if taken_up.rows_affected() == 0 {
        return Err(FollowError::NotParked);
    }
    tracing::info!(follower = name, key, "a parked task is tried again");
    Ok(())
}

impl FromRow<'_, PgRow> for ParkedTask {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            key: row.try_get("key")?,
            cause: Position::new(row.try_get("cause")?),
            event_type: row.try_get("event_type")?,
            reason: row.try_get("reason")?,
            parked_at: row.try_get("parked_at")?,
            waiting: count(row.try_get("waiting")?),
        })
    }
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
