//! The contract of a read model's rows: how they are folded, stored and read back.

use sqlx::postgres::PgRow;

use crate::{
    Model, ReadModelError,
    engine::columns::Column,
    envelope::{Envelope, RowKey},
};

/// A row of a read model. The fold is pure: the same events in the same order make the same row, live, in a rebuild, and
/// when the past is read.
pub(crate) trait Row: Clone + Send + Sync + Sized + 'static {
    const MODEL: Model;
    /// The categories of the streams that the row is folded from.
    const CATEGORIES: &'static [&'static str];
    /// The key first.
    const COLUMNS: &'static [Column<Self>];
    /// What [`Row::restore`] reads, as a select list over an unaliased table.
    const STATE: &'static str;
    /// The holder of the key that seals the personal data in the row's events, as SQL over its columns.
    const KEY_HOLDER: &'static str;
    /// Whether messages to other services wait for this model although it has stopped.
    const GATES_MESSAGES: bool = false;

    /// The part of a row that [`Row::recent`] keeps in memory; `Infallible` for a model that keeps nothing.
    type Recent: Send;

    /// The row before its first event; none when the model has no rows with such a key.
    fn empty(key: RowKey) -> Option<Self>;

    /// Applies an event.
    fn fold(&mut self, envelope: &Envelope);

    /// The row as the fold left it.
    fn restore(row: &PgRow) -> Result<(RowKey, Self), ReadModelError>;

    /// What the process that folds keeps of a row it has just committed, for requests that wait for it.
    fn recent(&self) -> Option<Self::Recent> {
        None
    }

    /// The SQL condition of rows that another version of the program wrote differently; they are written again in the
    /// background.
    fn outdated() -> Option<String> {
        None
    }

    /// The name of the key's column.
    fn key_column() -> &'static str {
        Self::COLUMNS.first().map_or("", |column| column.name)
    }
}
