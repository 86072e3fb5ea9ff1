//! The three statements of a group commit, between `begin` and `commit`.

use std::collections::HashMap;

use sqlx::{Executor, PgConnection, Row, postgres::PgRow};
use uuid::Uuid;

use crate::{
    Position, Receipt, StreamId,
    chain::Hash,
    plan::{Head, Known, Plan, Tip},
    prepare::Prepared,
};

/// Begins a transaction and waits for the head.
pub(crate) async fn lock_head(connection: &mut PgConnection) -> Result<Head, sqlx::Error> {
    let row = connection.fetch_one(include_str!("sql/lock.sql")).await?;
    Ok(Head {
        position: Position::new(row.try_get(0)?),
        recorded_at: row.try_get(1)?,
    })
}

/// Reads what the log holds of everything that these requests touch.
pub(crate) async fn read_known<'r>(
    connection: &mut PgConnection,
    head: Head,
    requests: impl Iterator<Item = &'r Prepared> + Clone,
) -> Result<Known, sqlx::Error> {
    let commands: Vec<Uuid> = requests.clone().map(|request| request.command_id).collect();
    let mut streams: Vec<&str> = requests
        .flat_map(|r| &r.writes)
        .map(|write| write.stream.as_str())
        .collect();
    streams.sort_unstable();
    streams.dedup();
    let rows = sqlx::query(include_str!("sql/known.sql"))
        .bind(&streams)
        .bind(&commands)
        .fetch_all(connection)
        .await?;

    let mut known = Known {
        head,
        now: head.recorded_at,
        streams: HashMap::with_capacity(streams.len()),
        receipts: HashMap::new(),
    };
    for row in rows {
        if let Some(stream) = row.try_get::<Option<String>, _>(0)? {
            known.streams.insert(stream_id(stream)?, tip(&row)?);
        } else if let Some(command_id) = row.try_get(1)? {
            known.receipts.insert(command_id, receipt(&row, command_id)?);
        } else {
            known.now = row.try_get(6)?;
        }
    }
    Ok(known)
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

/// A receipt from columns 2 to 7 of `known.sql`.
pub(crate) fn receipt(row: &PgRow, command_id: Uuid) -> Result<(Receipt, Hash), sqlx::Error> {
    let versions =
        serde_json::from_str(row.try_get(7)?).map_err(|error| sqlx::Error::Decode(error.into()))?;
    let receipt = Receipt {
        command_id,
        first: Position::new(row.try_get(2)?),
        last: Position::new(row.try_get(3)?),
        versions,
        recorded_at: row.try_get(6)?,
        replayed: false,
    };
    Ok((receipt, hash(row.try_get(4)?)?))
}

/// Writes a plan; false when the head was not where the plan began, which the lock rules out.
pub(crate) async fn record(connection: &mut PgConnection, plan: &Plan<'_>) -> Result<bool, sqlx::Error> {
    let events = &plan.events;
    let streams: Vec<_> = plan.streams.iter().collect();
    let receipts = &plan.receipts;
    let messages = &plan.messages;
    let versions = receipts
        .iter()
        .map(|(receipt, _)| serde_json::to_string(&receipt.versions))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| sqlx::Error::Encode(error.into()))?;

    let done = sqlx::query(include_str!("sql/record.sql"))
        .bind(plan.before.get())
        .bind(plan.head.position.get())
        .bind(plan.head.recorded_at)
        .bind(column(events, |row| row.stream.as_str()))
        .bind(column(events, |row| signed(row.version)))
        .bind(column(events, |row| row.event.event_id))
        .bind(column(events, |row| row.event.event_type.as_str()))
        .bind(column(events, |row| row.event.schema_version))
        .bind(column(events, |row| row.event.payload.as_str()))
        .bind(column(events, |row| row.metadata))
        .bind(column(events, |row| row.hash.as_slice()))
        .bind(column(&streams, |(stream, _)| stream.as_str()))
        .bind(column(&streams, |(stream, _)| stream.category()))
        .bind(column(&streams, |(_, tip)| signed(tip.version)))
        .bind(column(&streams, |(_, tip)| tip.last_position.get()))
        .bind(column(&streams, |(_, tip)| tip.hash.as_slice()))
        .bind(column(&streams, |(_, tip)| signed(tip.published)))
        .bind(column(&streams, |(_, tip)| tip.published_at))
        .bind(column(receipts, |(receipt, _)| receipt.command_id))
        .bind(column(receipts, |(_, hash)| hash.as_slice()))
        .bind(column(receipts, |(receipt, _)| receipt.first.get()))
        .bind(column(receipts, |(receipt, _)| receipt.last.get()))
        .bind(versions)
        .bind(column(messages, |message| message.placed.position.get()))
        .bind(column(messages, |message| message.ordinal))
        .bind(column(messages, |message| message.key))
        .bind(column(messages, |message| message.event_type))
        .bind(column(messages, |message| message.body.as_str()))
        .bind(column(messages, |message| message.stream.as_str()))
        .bind(column(messages, |message| message.placed.event_id))
        .bind(column(messages, |message| signed(message.placed.sequence)))
        .bind(column(messages, |message| message.placed.occurred_at))
        .fetch_optional(connection)
        .await?;
    Ok(done.is_some())
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
