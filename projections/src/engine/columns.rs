//! Values on their way into columns and back.

use std::fmt::Write as _;

use event_store::Position;
use serde::Serialize;
use sqlx::{Row as _, postgres::PgRow};

use crate::ReadModelError;

/// A value for a column, in Postgres's spelling.
pub(crate) type Cell = Option<String>;

/// A column of the rows `R`.
pub(crate) struct Column<R> {
    pub(crate) name: &'static str,
    pub(crate) sql_type: &'static str,
    /// The categories of streams whose events can change it. Empty for the key, and for what only a new version of the
    /// program changes.
    pub(crate) changed_by: &'static [&'static str],
    pub(crate) cell: fn(&R) -> Result<Cell, serde_json::Error>,
}

impl<R> Column<R> {
    pub(crate) const fn new(
        name: &'static str,
        sql_type: &'static str,
        changed_by: &'static [&'static str],
        cell: fn(&R) -> Result<Cell, serde_json::Error>,
    ) -> Self {
        Self {
            name,
            sql_type,
            changed_by,
            cell,
        }
    }
}

/// A value as JSON.
pub(crate) fn json_cell(value: &impl Serialize) -> Result<Cell, serde_json::Error> {
    serde_json::to_string(value).map(Some)
}

/// An array of dates in Postgres's spelling.
pub(crate) fn date_array(dates: &[chrono::NaiveDate]) -> String {
    let mut text = String::from("{");
    for (n, date) in dates.iter().enumerate() {
        let comma = if n > 0 { "," } else { "" };
        write!(text, "{comma}{date}").unwrap_or_default();
    }
    text.push('}');
    text
}

/// A JSON column as its type.
pub(crate) fn json<T: serde::de::DeserializeOwned>(row: &PgRow, column: &str) -> Result<T, ReadModelError> {
    let text: &str = row.try_get(column)?;
    serde_json::from_str(text).map_err(|_| damaged(column))
}

/// A text column, parsed.
pub(crate) fn parsed<T: std::str::FromStr>(row: &PgRow, column: &str) -> Result<T, ReadModelError> {
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|_| damaged(column))
}

/// A column that counts something.
pub(crate) fn count(row: &PgRow, column: &str) -> Result<u64, ReadModelError> {
    let number: i64 = row.try_get(column)?;
    u64::try_from(number).map_err(|_| damaged(column))
}

/// A column that holds a place in the log.
pub(crate) fn position(row: &PgRow, column: &str) -> Result<Position, ReadModelError> {
    Ok(Position::new(row.try_get(column)?))
}

fn damaged(column: &str) -> ReadModelError {
    ReadModelError::Damaged(format!("column {column} of a read model").into())
}
