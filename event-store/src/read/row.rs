//! Rows of `es.event` as events.

use chrono::{DateTime, Utc};
use sqlx::{Row, postgres::PgRow};

use crate::{
    Position, RecordedEvent,
    append::statement::{hash, stream_id, unsigned},
};

/// The columns that [`recorded`] reads, in its order.
macro_rules! event_columns {
    () => {
        "position, stream_id, version, event_id, event_type, schema_version, payload::text, metadata::text, \
         recorded_at, hash"
    };
}
pub(crate) use event_columns;

/// An event as it is stored: personal values are still sealed.
pub(crate) fn recorded(row: &PgRow) -> Result<RecordedEvent, sqlx::Error> {
    Ok(RecordedEvent {
        position: Position::new(row.try_get(0)?),
        stream: stream_id(row.try_get(1)?)?,
        version: unsigned(row.try_get(2)?),
        event_id: row.try_get(3)?,
        event_type: row.try_get(4)?,
        schema_version: row.try_get(5)?,
        payload: row.try_get(6)?,
        metadata: row.try_get(7)?,
        recorded_at: time(row, 8)?,
        hash: hash(row.try_get(9)?)?,
    })
}

/// Postgres counts from 2000, in microseconds.
const THE_YEAR_2000: i64 = 946_684_800_000_000;

/// A time, read as the number that it is: Postgres has times that no calendar of ours has, and sqlx would panic at them.
pub(crate) fn time(row: &PgRow, column: usize) -> Result<DateTime<Utc>, sqlx::Error> {
    let since_2000: i64 = row.try_get_unchecked(column)?;
    since_2000
        .checked_add(THE_YEAR_2000)
        .and_then(DateTime::from_timestamp_micros)
        .ok_or_else(|| sqlx::Error::Decode("a time that is in no calendar".into()))
}
