//! The inbox for operators: what waits, what is parked, and what to do about it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection, PgPool, Row, postgres::PgRow};

use super::{Disposition, StoredMessage, count, work};

/// How full the inbox is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxStatus {
    /// How many messages wait to take effect.
    pub waiting: u64,
    /// How long the oldest of them has waited, by the database's clock; zero when none waits.
    pub oldest_age: Duration,
    /// How many persons' messages could not be done yet and are tried again.
    pub delayed: u64,
    /// How many messages are parked.
    pub parked: u64,
    /// How many persons' messages wait behind a parked one.
    pub held: u64,
}

/// A message that needs an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedMessage {
    /// Its number in the inbox.
    pub message: i64,
    /// Its publisher's id.
    pub message_id: String,
    /// Its type, when it says so.
    pub event_type: Option<String>,
    /// Whom it is about, when it says so.
    pub person: Option<String>,
    /// When it was received first, UTC.
    pub received_at: DateTime<Utc>,
    /// Why it is parked.
    pub reason: String,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum OperateError {
    /// No parked message has that number.
    #[error(
        "no message of this number is parked: `allocations inbox parked` lists those that are, each with its number in front"
    )]
    NotParked,
    /// Discarding is for ever, so it needs a reason and a name.
    #[error("a message is only discarded with a reason and the name of who decided it: give both")]
    Unexplained,
    /// Another try would end the same.
    #[error("the message is still not understood ({0}): deploy a version that reads it, or discard it")]
    StillNotUnderstood(String),
    /// The database.
    #[error("the inbox cannot be read or written now: check the database, then try again")]
    Database(#[from] sqlx::Error),
}

const STATUS: &str = "
    select count(*) filter (where state = 'kept') as waiting,
        coalesce(greatest(extract(epoch from
            clock_timestamp() - min(received_at) filter (where state = 'kept')), 0), 0)::float8 as age,
        count(*) filter (where state = 'parked') as parked,
        (select count(*) from es.work where failures > 0) as delayed,
        (select count(*) from es.work where held_by is not null
            and exists (select from es.inbox_message as behind
                where behind.person = work.person and behind.state = 'kept')) as held
    from es.inbox_message
    where state in ('kept', 'parked')";

const PARKED: &str = "
    select message, message_id, event_type, person, received_at, coalesce(reason, '') as reason
    from es.inbox_message where state = 'parked' order by message";

const PARKED_BODY: &str = "
    select message, message_id, event_type, received_at, coalesce(body, '') as body
    from es.inbox_message where message = $1 and state = 'parked'";

const TAKE_UP: &str = "
    update es.inbox_message
    set state = $2, person = $3, occurred_at = $4, reason = $5, decided_by = $6,
        settled_at = case when $2 = 'ignored' then clock_timestamp() end
    where message = $1 and state = 'parked'";

// It changes nothing when the row is there, but locks it.
const ADD_WORK: &str = "
    insert into es.work (person) values ($1) on conflict (person) do update set due_at = work.due_at";

const DISCARD: &str = "
    update es.inbox_message
    set state = 'discarded', reason = $2, decided_by = $3, settled_at = clock_timestamp(), body = null
    where message = $1 and state = 'parked'
    returning person";

const HELD_BY: &str = "select 1 from es.work where person = $1 and held_by = $2 for update";

/// How full the inbox is.
///
/// # Errors
/// When the database does not answer.
pub async fn status(pool: &PgPool) -> Result<InboxStatus, OperateError> {
    let row = sqlx::query(STATUS).fetch_one(pool).await?;
    let count = |column| row.try_get(column).map(count);
    Ok(InboxStatus {
        waiting: count("waiting")?,
        oldest_age: Duration::try_from_secs_f64(row.try_get("age")?).unwrap_or_default(),
        delayed: count("delayed")?,
        parked: count("parked")?,
        held: count("held")?,
    })
}

/// The parked messages in the order in which they were received.
///
/// # Errors
/// When the database does not answer.
pub async fn parked(pool: &PgPool) -> Result<Vec<ParkedMessage>, OperateError> {
    Ok(sqlx::query_as(PARKED).fetch_all(pool).await?)
}

/// A parked message with its body.
///
/// # Errors
/// When no parked message has that number, or the database does not answer.
pub async fn parked_body(pool: &PgPool, message: i64) -> Result<StoredMessage, OperateError> {
    sqlx::query_as(PARKED_BODY)
        .bind(message)
        .fetch_optional(pool)
        .await?
        .ok_or(OperateError::NotParked)
}

/// Takes a parked message up again, where it stands as read now; the order of its person's messages stays as it is.
///
/// # Errors
/// When it is still not understood, is not parked, or the database does not answer.
pub async fn retry(
    pool: &PgPool,
    message: i64,
    disposition: &Disposition,
    by: &str,
) -> Result<(), OperateError> {
    let (state, person, occurred_at, reason) = match disposition {
        Disposition::Kept { person, occurred_at } => ("kept", Some(person.as_str()), *occurred_at, None),
        Disposition::Ignored { reason } => ("ignored", None, None, Some(*reason)),
        Disposition::Parked { reason, .. } => return Err(OperateError::StillNotUnderstood(reason.clone())),
    };
    let mut transaction = pool.begin().await?;
    // The work's row first, in the order of a claim.
    if let Some(person) = person {
        sqlx::query(ADD_WORK)
            .bind(person)
            .execute(&mut *transaction)
            .await?;
    }
    let taken_up = sqlx::query(TAKE_UP)
        .bind(message)
        .bind(state)
        .bind(person)
        .bind(occurred_at)
        .bind(reason)
        .bind(by)
        .execute(&mut *transaction)
        .await?;
    if taken_up.rows_affected() == 0 {
        return Err(OperateError::NotParked);
    }
    if let Some(person) = person {
        let_go(&mut transaction, person, message).await?;
    }
    transaction.commit().await?;
    tracing::info!(number = message, by, "a parked message is retried");
    Ok(())
}

/// Gives a parked message up, keeps who decided so and why, and lets its person's later messages take effect.
///
/// # Errors
/// When reason or name is missing, the message is not parked, or the database does not answer.
pub async fn discard(pool: &PgPool, message: i64, reason: &str, by: &str) -> Result<(), OperateError> {
    let (reason, by) = (reason.trim(), by.trim());
    if reason.is_empty() || by.is_empty() {
        return Err(OperateError::Unexplained);
    }
    let mut transaction = pool.begin().await?;
    let mut persons: Vec<Option<String>> = sqlx::query_scalar(DISCARD)
        .bind(message)
        .bind(reason)
        .bind(by)
        .fetch_all(&mut *transaction)
        .await?;
    let person = persons.pop().ok_or(OperateError::NotParked)?;
    if let Some(person) = person {
        let_go(&mut transaction, &person, message).await?;
    }
    transaction.commit().await?;
    tracing::warn!(
        number = message,
        by,
        "an inbound message was discarded and will never take effect"
    );
    Ok(())
}

/// Lets a person's work go on if this message held it.
async fn let_go(connection: &mut PgConnection, person: &str, message: i64) -> Result<(), sqlx::Error> {
    let held: Option<i32> = sqlx::query_scalar(HELD_BY)
        .bind(person)
        .bind(message)
        .fetch_optional(&mut *connection)
        .await?;
    match held {
        Some(_) => work::go_on(connection, person).await,
        None => Ok(()),
    }
}

impl FromRow<'_, PgRow> for ParkedMessage {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            message: row.try_get("message")?,
            message_id: row.try_get("message_id")?,
            event_type: row.try_get("event_type")?,
            person: row.try_get("person")?,
            received_at: row.try_get("received_at")?,
            reason: row.try_get("reason")?,
        })
    }
}
