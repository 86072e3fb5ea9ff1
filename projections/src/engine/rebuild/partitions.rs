//! Rows in memory during a rebuild. Each worker has one partition with the rows of its share of the keys.

use std::collections::HashMap;

use crate::{
    Model,
    engine::{row::Row, table::copy_line},
    envelope::{Envelope, RowKey},
    models::for_model,
};

/// About the number of bytes that are sent to the database at once.
const CHUNK: usize = 64 * 1024;
/// Room for the row that fills a chunk.
const ROOM: usize = CHUNK + 8 * 1024;

/// The rows of some keys, of every model that is rebuilt.
pub(super) struct Partition(Vec<Box<dyn ModelRows>>);

/// Rows of one model.
pub(super) trait ModelRows: Send {
    fn model(&self) -> Model;
    /// The names of the columns in a line of `COPY`: an altered table may have another order.
    fn columns(&self) -> String;
    fn fold(&mut self, envelope: &Envelope);
    fn len(&self) -> usize;
    /// Sends the rows as text for `COPY`, chunk by chunk with the number of its rows, until `send` returns false.
    /// Returns false when a row cannot be written.
    fn write(self: Box<Self>, send: &mut dyn FnMut(String, u64) -> bool) -> bool;
}

struct RowMap<R>(HashMap<RowKey, R>);

impl Partition {
    pub(super) fn new(models: &[Model]) -> Self {
        Self(models.iter().map(|model| rows(*model)).collect())
    }

    pub(super) fn fold(&mut self, envelope: &Envelope) {
        self.0.iter_mut().for_each(|rows| rows.fold(envelope));
    }

    fn take(&mut self, model: Model) -> Option<Box<dyn ModelRows>> {
        let place = self.0.iter().position(|rows| rows.model() == model)?;
        Some(self.0.swap_remove(place))
    }
}

/// The rows of one model, taken from all partitions.
pub(super) struct Load(pub(super) Vec<Box<dyn ModelRows>>);

impl Load {
    pub(super) fn of(model: Model, partitions: &mut [Partition]) -> Self {
        Self(
            partitions
                .iter_mut()
                .filter_map(|partition| partition.take(model))
                .collect(),
        )
    }

    /// The columns of their lines.
    pub(super) fn columns(&self) -> String {
        self.0.first().map(|rows| rows.columns()).unwrap_or_default()
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> u64 {
        let rows: usize = self.0.iter().map(|rows| rows.len()).sum();
        u64::try_from(rows).unwrap_or(u64::MAX)
    }
}

fn rows(model: Model) -> Box<dyn ModelRows> {
    for_model!(model, R => Box::new(RowMap::<R>(HashMap::new())))
}

impl<R: Row> ModelRows for RowMap<R> {
    fn model(&self) -> Model {
        R::MODEL
    }

    fn columns(&self) -> String {
        let names: Vec<_> = R::COLUMNS.iter().map(|column| column.name).collect();
        names.join(", ")
    }

    fn fold(&mut self, envelope: &Envelope) {
        if !R::CATEGORIES.contains(&envelope.event.category()) {
            return;
        }
        if let Some(row) = self.0.get_mut(&envelope.key) {
            row.fold(envelope);
        } else if let Some(mut row) = R::empty(envelope.key) {
            row.fold(envelope);
            self.0.insert(envelope.key, row);
        }
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn write(self: Box<Self>, send: &mut dyn FnMut(String, u64) -> bool) -> bool {
        let mut chunk = String::with_capacity(ROOM);
        let mut rows = 0_u64;
        for row in self.0.into_values() {
            if copy_line(&row, &mut chunk).is_err() {
                return false;
            }
            rows = rows.saturating_add(1);
            if chunk.len() >= CHUNK {
                let full = std::mem::replace(&mut chunk, String::with_capacity(ROOM));
                if !send(full, std::mem::take(&mut rows)) {
                    return true;
                }
            }
        }
        if rows > 0 {
            send(chunk, rows);
        }
        true
    }
}
