//! Rows in and out of the table of one build.

use std::collections::HashMap;

use domain::PERSONAL;
use event_store::sql;
use sqlx::{PgConnection, query::Query};

use crate::{
    Model, ReadModelError,
    engine::{
        columns::{Cell, Column, parsed},
        row::Row,
    },
    envelope::RowKey,
};

/// The table of a build, as SQL names it.
pub(crate) fn table(model: Model, build: i32) -> String {
    format!("rm.{model}_{build}")
}

/// The rows with these keys; a key without a row is left out.
pub(crate) async fn load<R: Row>(
    connection: &mut PgConnection,
    build: i32,
    keys: &[RowKey],
) -> Result<HashMap<RowKey, R>, ReadModelError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let key = R::key_column();
    let sql = format!(
        "select {} from {} where {key} = any($1)",
        R::STATE,
        table(R::MODEL, build)
    );
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    let rows = sqlx::query(&sql).bind(keys).fetch_all(connection).await?;
    rows.iter().map(R::restore).collect()
}

/// The keys whose rows hold personal values that can no longer be read in the log.
pub(crate) async fn outdated_by_erasure<R: Row>(
    connection: &mut PgConnection,
    build: i32,
) -> Result<Vec<RowKey>, ReadModelError> {
    let key = R::key_column();
    let sql = format!(
        "select held.{key} as key from {} held join {} erased on erased.subject_id = {}
         where strpos(held::text, $1) > 0",
        table(R::MODEL, build),
        sql::ERASED_SUBJECTS,
        R::KEY_HOLDER
    );
    let rows = sqlx::query(&sql).bind(PERSONAL).fetch_all(connection).await?;
    rows.iter().map(|row| parsed(row, "key")).collect()
}

/// Rows of one build for its table, column by column, the key first.
pub(crate) struct RowBatch {
    table: String,
    columns: Vec<(&'static str, &'static str)>,
    cells: Vec<Vec<Cell>>,
    /// The rows are in the table, and only these columns are updated; otherwise they may be new to it.
    known: bool,
}

impl RowBatch {
    /// These rows, none of them twice, with all their columns.
    pub(crate) fn whole<R: Row>(build: i32, rows: &[&R]) -> Result<Self, serde_json::Error> {
        Self::of(build, rows, false, |_| true)
    }

    /// These rows, none of them twice and all of them in the table, with the columns that events of a category can change.
    pub(crate) fn changed_by<R: Row>(
        category: &str,
        build: i32,
        rows: &[&R],
    ) -> Result<Self, serde_json::Error> {
        Self::of(build, rows, true, |column| column.changed_by.contains(&category))
    }

    fn of<R: Row>(
        build: i32,
        rows: &[&R],
        known: bool,
        wanted: impl Fn(&Column<R>) -> bool,
    ) -> Result<Self, serde_json::Error> {
        let (key, others) = R::COLUMNS.split_at(1);
        let columns = key.iter().chain(others.iter().filter(|column| wanted(column)));
        let cells = columns
            .clone()
            .map(|column| rows.iter().map(|row| (column.cell)(row)).collect());
        Ok(Self {
            table: table(R::MODEL, build),
            cells: cells.collect::<Result<_, _>>()?,
            columns: columns.map(|column| (column.name, column.sql_type)).collect(),
            known,
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cells.first().is_none_or(Vec::is_empty)
    }

    /// The number of columns, and so of parameters.
    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    /// The statement that writes them. Its parameters are numbered after `bound` others. `provided` is a relation of at most one
    /// row; without that row the statement writes nothing.
    pub(crate) fn statement(&self, bound: usize, provided: &str) -> String {
        let Self { table, columns, .. } = self;
        let key = columns.first().map_or("", |(name, _)| name);
        let names = listed(columns, |(name, _)| (*name).to_owned());
        let mut parameter = bound;
        // Side by side in the select list: a table of them in `from` would be written out before it is read.
        let cells = listed(columns, |(name, kind)| {
            parameter = parameter.saturating_add(1);
            format!("unnest(${parameter}::text[])::{kind} as {name}")
        });
        let from = |source| {
            listed(columns.iter().skip(1), |(name, _)| {
                format!("{name} = {source}.{name}")
            })
        };
        if self.known {
            let changes = from("new");
            format!(
                "update {table} old set {changes} from (select {cells} from {provided}) new where old.{key} = new.{key}"
            )
        } else {
            let changes = from("excluded");
            format!(
                "insert into {table} ({names}) select {cells} from {provided} on conflict ({key}) do update set {changes}"
            )
        }
    }

    /// One parameter per column, in the order of [`RowBatch::statement`].
    pub(crate) fn into_cells(self) -> Vec<Vec<Cell>> {
        self.cells
    }
}

fn listed<T>(items: impl IntoIterator<Item = T>, each: impl FnMut(T) -> String) -> String {
    items.into_iter().map(each).collect::<Vec<_>>().join(", ")
}

/// Writes these rows over what is there, in one statement.
pub(crate) async fn store(connection: &mut PgConnection, rows: RowBatch) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let sql = rows.statement(0, "(values (true)) always");
    let query = rows.into_cells().into_iter().fold(sqlx::query(&sql), Query::bind);
    query.execute(connection).await.map(|_| ())
}

/// Adds a row in the text format of `COPY`.
pub(crate) fn copy_line<R: Row>(row: &R, out: &mut String) -> Result<(), serde_json::Error> {
    for (n, column) in R::COLUMNS.iter().enumerate() {
        if n > 0 {
            out.push('\t');
        }
        match (column.cell)(row)? {
            None => out.push_str("\\N"),
            Some(text) => escape(&text, out),
        }
    }
    out.push('\n');
    Ok(())
}

/// Nearly every text needs no escape and is copied in one piece.
fn escape(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    if memchr::memchr(b'\\', bytes).is_none() && memchr::memchr3(b'\t', b'\n', b'\r', bytes).is_none() {
        out.push_str(text);
        return;
    }
    for char in text.chars() {
        match char {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            plain => out.push(plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What `COPY` makes of a cell: its documentation, read the other way round.
    fn unescaped(cell: &str) -> Option<String> {
        let mut chars = cell.chars();
        let mut text = String::new();
        while let Some(char) = chars.next() {
            text.push(match char {
                '\t' | '\n' | '\r' => return None,
                '\\' => match chars.next()? {
                    't' => '\t',
                    'n' => '\n',
                    'r' => '\r',
                    other => other,
                },
                plain => plain,
            });
        }
        Some(text)
    }

    proptest! {
        #[test]
        fn text_comes_back_from_copy_as_it_was(text in "([a-zé😀\"\\\\\t\n\r]|\\PC){0,20}") {
            let mut escaped = String::new();
            escape(&text, &mut escaped);
            prop_assert_eq!(unescaped(&escaped), Some(text));
        }
    }
}
