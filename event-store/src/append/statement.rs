//! The statements of a group commit.

use chrono::{DateTime, Utc};
use sqlx::{Executor, PgConnection, Row, postgres::PgRow};
use uuid::Uuid;

use crate::{
    Outcome, Position, Receipt, StreamId,
    append::{
        plan::{Head, Known, Plan, Tip},
        prepare::Prepared,
    },
    chain::Hash,
};

/// Begins a transaction and waits for the head.
pub(crate) async fn lock_head(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    connection.execute(include_str!("sql/lock.sql")).await.map(|_| ())
}

/// What the log holds of a batch, and where it ended when that was so.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) head: Head,
    /// The database's clock.
    pub(crate) now: DateTime<Utc>,
    pub(crate) known: Known,
}

/// Reads what the log holds of everything that these requests touch. A stream without events is known to have none.
pub(crate) async fn read_known<'r>(
    connection: &mut PgConnection,
    requests: impl Iterator<Item = &'r Prepared> + Clone,
) -> Result<Read, sqlx::Error> {
    let commands: Vec<Uuid> = requests.clone().map(|request| request.command_id).collect();
    let mut known = Known::default();
    known.streams.extend(
        requests
            .flat_map(|request| &request.writes)
            .map(|write| (write.stream.clone(), Tip::EMPTY)),
    );
    let streams: Vec<&str> = known.streams.keys().map(StreamId::as_str).collect();
    let rows = sqlx::query(include_str!("sql/known.sql"))
        .bind(&streams)
        .bind(&commands)
        .fetch_all(connection)
        .await?;

    let mut end = None;
    for row in rows {
        if let Some(stream) = row.try_get::<Option<String>, _>(0)? {
            known.streams.insert(stream_id(stream)?, tip(&row)?);
        } else if let Some(command_id) = row.try_get(1)? {
            known.receipts.insert(command_id, receipt(&row, command_id)?);
        } else {
            let head = Head {
                position: Position::new(row.try_get(2)?),
                recorded_at: row.try_get(7)?,
            };
            end = Some((head, row.try_get(6)?));
        }
    }
    let (head, now) = end.ok_or(sqlx::Error::RowNotFound)?;
    Ok(Read { head, now, known })
}

fn tip(row: &PgRow) -> Result<Tip, sqlx::Error> {
    Ok(Tip {
        version: unsigned(row.try_get(2)?),
        last_position: Position::new(row.try_get(3)?),
        hash: hash(row.try_get(4)?)?,
        published: unsigned(row.try_get(5)?),
        published_at: row.try_get(6)?,
    })
}

/// What a command came to, from columns 2 to 8 of `known.sql`: without positions, there was nothing to do.
pub(crate) fn receipt(row: &PgRow, command_id: Uuid) -> Result<(Outcome, Hash), sqlx::Error> {
    let hash = hash(row.try_get(4)?)?;
    let Some(first) = row.try_get(2)? else {
        return Ok((Outcome::Unchanged, hash));
    };
    let versions =
        serde_json::from_str(row.try_get(8)?).map_err(|error| sqlx::Error::Decode(error.into()))?;
    let receipt = Receipt {
        command_id,
        first: Position::new(first),
        last: Position::new(row.try_get(3)?),
        versions,
        recorded_at: row.try_get(6)?,
        replayed: false,
    };
    Ok((Outcome::Recorded(receipt), hash))
}

/// When other replicas hear of a commit, if notifications reach them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notify {
    /// With it.
    Now,
    /// With a later one, or by [`notify`].
    Later,
}

/// Writes a plan. The database's clock, or nothing when the head was not where the plan begins: then nothing was
/// written.
pub(crate) async fn record(
    connection: &mut PgConnection,
    plan: &Plan,
    notify: Notify,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let events = &plan.events;
    let (begun, continued) = plan.ends();
    let receipts: Vec<_> = plan.receipts.values().collect();
    let messages = &plan.messages;

    // All rows and not the first: the last thing to come is the end of the commit, if this is not within a transaction.
    let rows = sqlx::query(include_str!("sql/record.sql"))
        .bind(plan.before.position.get())
        .bind(plan.head.position.get())
        .bind(plan.head.recorded_at)
        .bind(column(events, |row| row.stream.as_str()))
        .bind(column(events, |row| signed(row.version)))
        .bind(column(events, |row| row.event.event_id))
        .bind(column(events, |row| row.event.event_type.as_str()))
        .bind(column(events, |row| row.event.schema_version))
        .bind(column(events, |row| row.event.payload.as_str()))
        .bind(column(events, |row| &*row.metadata))
        .bind(column(events, |row| row.recorded_at))
        .bind(column(events, |row| row.hash.as_slice()))
        .bind(column(&begun, |(stream, _)| stream.as_str()))
        .bind(column(&begun, |(stream, _)| stream.category()))
        .bind(column(&begun, |(_, tip)| signed(tip.version)))
        .bind(column(&begun, |(_, tip)| tip.last_position.get()))
        .bind(column(&begun, |(_, tip)| tip.hash.as_slice()))
        .bind(column(&begun, |(_, tip)| signed(tip.published)))
        .bind(column(&begun, |(_, tip)| tip.published_at))
        .bind(column(&receipts, |(receipt, _)| receipt.command_id))
        .bind(column(&receipts, |(_, hash)| hash.as_slice()))
        .bind(column(&receipts, |(receipt, _)| receipt.first.get()))
        .bind(column(&receipts, |(receipt, _)| receipt.last.get()))
        .bind(column(&receipts, |(receipt, _)| receipt.recorded_at))
        .bind(column(messages, |message| message.placed.position.get()))
        .bind(column(messages, |message| message.ordinal))
        .bind(column(messages, |message| message.announcement.key.as_str()))
        .bind(column(messages, |message| {
            message.announcement.event_type.as_str()
        }))
        .bind(column(messages, |message| message.body.as_str()))
        .bind(column(messages, |message| message.announcement.stream.as_str()))
        .bind(column(messages, |message| message.placed.event_id))
        .bind(column(messages, |message| signed(message.placed.sequence)))
        .bind(column(messages, |message| message.placed.occurred_at))
        .bind(column(messages, |message| message.placed.recorded_at))
        .bind(column(&continued, |(stream, _)| stream.as_str()))
        .bind(column(&continued, |(_, tip)| signed(tip.version)))
        .bind(column(&continued, |(_, tip)| tip.last_position.get()))
        .bind(column(&continued, |(_, tip)| tip.hash.as_slice()))
        .bind(column(&continued, |(_, tip)| signed(tip.published)))
        .bind(column(&continued, |(_, tip)| tip.published_at))
        .bind(notify == Notify::Now)
        .bind(plan.before.recorded_at)
        .fetch_all(connection)
        .await?;
    rows.first().map(|row| row.try_get(0)).transpose()
}

/// Tells other replicas where the log ends.
pub(crate) async fn notify(connection: &mut PgConnection, head: Position) -> Result<(), sqlx::Error> {
    sqlx::query("select pg_notify('es', $1::bigint::text)")
        .bind(head.get())
        .execute(connection)
        .await
        .map(|_| ())
}

fn column<'a, Row, Cell>(rows: &'a [Row], cell: impl Fn(&'a Row) -> Cell) -> Vec<Cell> {
    rows.iter().map(cell).collect()
}

pub(crate) fn stream_id(text: String) -> Result<StreamId, sqlx::Error> {
    StreamId::try_from(text).map_err(|error| sqlx::Error::Decode(error.into()))
}

pub(crate) fn hash(bytes: &[u8]) -> Result<Hash, sqlx::Error> {
    Hash::try_from(bytes).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Postgres has no unsigned numbers; versions and counts start at 0 and stay far below the limit.
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
