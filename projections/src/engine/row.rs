//! What every read model is: rows, a fold, and how rows are written down.

use serde::Serialize;
use sqlx::postgres::PgRow;

use crate::{
    Model, ReadModelError,
    engine::recent_rows::RecentRows,
    fact::{Envelope, RowKey},
};

/// A value on its way into a column, in Postgres's own spelling.
pub(crate) type Cell = Option<String>;

/// A column of the rows `R`.
pub(crate) struct Column<R> {
    pub(crate) name: &'static str,
    /// Its type in Postgres.
    pub(crate) kind: &'static str,
    /// Events of these kinds of streams can change it, and no others; none those of the key, and what only a new version of
    /// the program changes.
    pub(crate) changed_by: &'static [&'static str],
    pub(crate) cell: fn(&R) -> Result<Cell, serde_json::Error>,
}

impl<R> Column<R> {
    pub(crate) const fn new(
        name: &'static str,
        kind: &'static str,
        changed_by: &'static [&'static str],
        cell: fn(&R) -> Result<Cell, serde_json::Error>,
    ) -> Self {
        Self {
            name,
            kind,
            changed_by,
            cell,
        }
    }
}

/// A value as JSON.
pub(crate) fn json_cell(value: &impl Serialize) -> Result<Cell, serde_json::Error> {
    serde_json::to_string(value).map(Some)
}

/// A row of a read model. The fold is pure: the same events in the same order make the same row, live, in a rebuild, and
/// when the past is read.
pub(crate) trait Row: Clone + Send + Sync + Sized + 'static {
    const MODEL: Model;
    /// The kinds of streams that it is folded from.
    const CATEGORIES: &'static [&'static str];
    /// The key first.
    const COLUMNS: &'static [Column<Self>];
    /// What [`Row::restore`] reads, as a select list over an unaliased table.
    const STATE: &'static str;
    /// Whose key seals what is personal in the row's events, as SQL over its columns.
    const KEY_HOLDER: &'static str;

    /// Before the first event; none when the model has no rows about such a key.
    fn empty(key: RowKey) -> Option<Self>;

    /// Keeps rows at hand that were just committed, if anybody waits for rows of this kind.
    fn keep<'r>(_fresh: &RecentRows, _committed: impl Iterator<Item = &'r Self>) {}

    /// Takes an event in.
    fn fold(&mut self, envelope: &Envelope);

    /// The row as the fold left it.
    fn restore(row: &PgRow) -> Result<(RowKey, Self), ReadModelError>;
}
