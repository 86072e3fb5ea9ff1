//! What every read model is: rows, a fold, and how rows are written down.

use std::{fmt, str::FromStr};

use serde::Serialize;
use sqlx::postgres::PgRow;

use crate::{
    ReadModelError,
    fact::{Entry, Subject},
    fresh::Fresh,
};

/// The read models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Model {
    /// One row per prisoner: what lists show.
    Cases,
    /// One row per prisoner who was ever allocated: what other services rely on.
    Allocations,
    /// One row per POM and prison.
    Poms,
}

impl Model {
    /// All of them, in the order in which statements that touch several lock them.
    pub const ALL: [Self; 3] = [Self::Cases, Self::Allocations, Self::Poms];

    /// The name on the command line and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::Allocations => "allocations",
            Self::Poms => "poms",
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not the name of a read model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a read model: use cases, allocations or poms")]
pub struct UnknownModel(pub String);

impl FromStr for Model {
    type Err = UnknownModel;

    fn from_str(name: &str) -> Result<Self, UnknownModel> {
        let found = Self::ALL.into_iter().find(|model| model.name() == name);
        found.ok_or_else(|| UnknownModel(name.to_owned()))
    }
}

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

    /// Before the first event; none when the model has no rows about such a subject.
    fn empty(subject: Subject) -> Option<Self>;

    /// Keeps rows at hand that were just committed, if anybody waits for rows of this kind.
    fn keep<'r>(_fresh: &Fresh, _committed: impl Iterator<Item = &'r Self>) {}

    /// Takes an event in.
    fn fold(&mut self, entry: &Entry);

    /// The row as the fold left it.
    fn restore(row: &PgRow) -> Result<(Subject, Self), ReadModelError>;
}
