//! The work that stored messages make: claimed, done, put off or parked.

use std::time::Duration;

use sqlx::{FromRow, PgConnection, PgPool, Postgres, Row, Transaction, postgres::PgRow};
use uuid::Uuid;

use super::{Claim, StoredMessage};

/// A person's next message, and the right to work on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The right.
    pub claim: Claim,
    /// The message.
    pub message: StoredMessage,
}

const CLAIM: &str = "
    with due as (
        select person from es.work
        where held_by is null and due_at <= clock_timestamp()
        and (lease_until is null or lease_until <= clock_timestamp())
        order by due_at, person
        limit $1
        for update skip locked
    )
    update es.work
    set claim_id = gen_random_uuid(), lease_until = clock_timestamp() + make_interval(secs => $2)
    from due where work.person = due.person
    returning work.person, work.claim_id, work.attempts, work.failures";

const NEXT: &str = "
    select message, message_id, event_type, received_at, coalesce(body, '') as body
    from es.inbox_message
    where person = $1 and state = 'kept'
    order by occurred_at nulls first, message
    limit 1";

const STILL_OURS: &str = "select 1 from es.work where person = $1 and claim_id = $2 for update";

const SETTLE: &str = "
    update es.inbox_message set state = $2, reason = $3, settled_at = clock_timestamp() where message = $1";

const END_WORK: &str = "
    delete from es.work where person = $1
    and not exists (select from es.inbox_message where person = $1 and state = 'kept')";

const GO_ON: &str = "
    update es.work
    set claim_id = null, lease_until = null, due_at = clock_timestamp(), attempts = 0, failures = 0, trouble = null,
        held_by = null
    where person = $1";

const DEFER: &str = "
    update es.work
    set claim_id = null, lease_until = null, due_at = clock_timestamp() + make_interval(secs => $3),
        attempts = attempts + $4, failures = failures + 1, trouble = $5
    where person = $1 and claim_id = $2";

const PARK_WORK: &str = "
    update es.work
    set claim_id = null, lease_until = null, attempts = 0, failures = 0, trouble = $2, held_by = $3
    where person = $1";

type ClaimRow = (String, Uuid, i32, i32);

/// Claims up to so many persons whose work is due, the longest due first, and hands over the next message of each. A claim
/// ends by itself after `lease`.
///
/// # Errors
/// When the database does not answer; what was claimed then is claimed again when it ends.
pub async fn claim(pool: &PgPool, most: usize, lease: Duration) -> Result<Vec<Claimed>, sqlx::Error> {
    // All rows and not the first: the last thing to come is the end of the commit.
    let rows: Vec<ClaimRow> = sqlx::query_as(CLAIM)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .bind(lease.as_secs_f64())
        .fetch_all(pool)
        .await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for (person, id, attempts, failures) in rows {
        let claim = Claim {
            person,
            id,
            attempts: u32::try_from(attempts).unwrap_or_default(),
            failures: u32::try_from(failures).unwrap_or_default(),
        };
        match next(pool, &claim.person).await? {
            Some(message) => claimed.push(Claimed { claim, message }),
            None => end(pool, &claim).await?,
        }
    }
    Ok(claimed)
}

async fn next(pool: &PgPool, person: &str) -> Result<Option<StoredMessage>, sqlx::Error> {
    sqlx::query_as(NEXT).bind(person).fetch_optional(pool).await
}

/// Nothing is left to be done for this person.
async fn end(pool: &PgPool, claim: &Claim) -> Result<(), sqlx::Error> {
    if let Some(mut transaction) = still_ours(pool, claim).await? {
        go_on(&mut transaction, &claim.person).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// A message is done: it took effect, or with a reason nothing had to. False when the claim had ended.
///
/// # Errors
/// When the database does not answer; then it is done again when the claim ends.
pub async fn complete(
    pool: &PgPool,
    claim: &Claim,
    message: i64,
    ignored: Option<&str>,
) -> Result<bool, sqlx::Error> {
    let Some(mut transaction) = still_ours(pool, claim).await? else {
        return Ok(false);
    };
    let state = if ignored.is_some() { "ignored" } else { "effective" };
    set_state(&mut transaction, message, state, ignored).await?;
    go_on(&mut transaction, &claim.person).await?;
    transaction.commit().await?;
    Ok(true)
}

/// A message could not be done now: this person's work waits so long, counted from now. `own_fault` spends an attempt.
/// False when the claim had ended.
///
/// # Errors
/// When the database does not answer; then the work goes on when the claim ends.
pub async fn defer(
    pool: &PgPool,
    claim: &Claim,
    wait: Duration,
    own_fault: bool,
    trouble: &str,
) -> Result<bool, sqlx::Error> {
    let deferred = sqlx::query(DEFER)
        .bind(&claim.person)
        .bind(claim.id)
        .bind(wait.as_secs_f64())
        .bind(i32::from(own_fault))
        .bind(trouble)
        .execute(pool)
        .await?;
    Ok(deferred.rows_affected() == 1)
}

/// A message cannot be done: it waits for an operator, and this person's later ones behind it. False when the claim had
/// ended.
///
/// # Errors
/// When the database does not answer; then it is tried again when the claim ends.
pub async fn park(pool: &PgPool, claim: &Claim, message: i64, reason: &str) -> Result<bool, sqlx::Error> {
    let Some(mut transaction) = still_ours(pool, claim).await? else {
        return Ok(false);
    };
    set_state(&mut transaction, message, "parked", Some(reason)).await?;
    sqlx::query(PARK_WORK)
        .bind(&claim.person)
        .bind(reason)
        .bind(message)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(true)
}

/// Locks the person's work if the claim still holds. Whoever stores a message meanwhile waits for the lock, so what the
/// next statements see is whole.
async fn still_ours(
    pool: &PgPool,
    claim: &Claim,
) -> Result<Option<Transaction<'static, Postgres>>, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let ours: Option<i32> = sqlx::query_scalar(STILL_OURS)
        .bind(&claim.person)
        .bind(claim.id)
        .fetch_optional(&mut *transaction)
        .await?;
    Ok(ours.map(|_| transaction))
}

async fn set_state(
    connection: &mut PgConnection,
    message: i64,
    state: &str,
    reason: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query(SETTLE)
        .bind(message)
        .bind(state)
        .bind(reason)
        .execute(connection)
        .await
        .map(drop)
}

/// Ends a person's work, or lets it go on at once when messages are left. The caller holds the row's lock.
pub(super) async fn go_on(connection: &mut PgConnection, person: &str) -> Result<(), sqlx::Error> {
    let ended = sqlx::query(END_WORK)
        .bind(person)
        .execute(&mut *connection)
        .await?;
    if ended.rows_affected() == 0 {
        sqlx::query(GO_ON).bind(person).execute(connection).await?;
    }
    Ok(())
}

impl FromRow<'_, PgRow> for StoredMessage {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            message: row.try_get("message")?,
            message_id: row.try_get("message_id")?,
            event_type: row.try_get("event_type")?,
            received_at: row.try_get("received_at")?,
            body: row.try_get("body")?,
        })
    }
}
