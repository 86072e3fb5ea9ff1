//! One build of one model on its way through the log: rows in, fold, rows out, with rows cached between batches.

use std::{
    collections::{HashMap, HashSet},
    iter,
};

use async_trait::async_trait;
use event_store::{Position, RecordedEvent};
use sqlx::PgConnection;

use crate::{
    Model, ReadModelError,
    engine::{
        checkpoints::Checkpoint,
        recent_rows::RecentRows,
        row::Row,
        table::{self, RowBatch},
    },
    envelope::{Envelope, Poison, RowKey, SerializedEnvelope},
    error::{described, is_refusal},
    models::for_model,
};

/// Rows kept between batches. A prisoner's events come in bursts, so a small cache saves most loads.
const CACHE_CAPACITY: usize = 8192;

/// A batch could not be folded into a build.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectionError {
    /// The database refuses a row: it will do so again.
    #[error("a row of {0} was refused")]
    Refused(Model),
    #[error(transparent)]
    Read(#[from] ReadModelError),
}

/// A build of some read model that follows the log.
#[async_trait]
pub(crate) trait Projection: Send + Sync {
    /// The build and the position that it has reached.
    fn checkpoint(&self) -> Checkpoint;

    /// Whether it folds streams of this category.
    fn concerns(&self, category: &str) -> bool;

    /// Loads the rows that these events change and that are not in memory.
    async fn fetch(
        &mut self,
        connection: &mut PgConnection,
        envelopes: &[Envelope],
    ) -> Result<(), ReadModelError>;

    /// Folds events into its rows, which were fetched, and returns what is to be written. When that is not committed, call
    /// [`Projection::forget`].
    fn fold(&mut self, envelopes: &[Envelope]) -> Result<Vec<RowBatch>, ProjectionError>;

    /// Folds events into its rows and writes them, within the caller's transaction. When that does not commit, call
    /// [`Projection::forget`].
    async fn apply_in_tx(
        &mut self,
        transaction: &mut PgConnection,
        envelopes: &[Envelope],
    ) -> Result<(), ProjectionError> {
        self.fetch(transaction, envelopes).await?;
        for rows in self.fold(envelopes)? {
            table::store(transaction, rows).await.map_err(|error| {
                if is_refusal(&error) {
                    ProjectionError::Refused(self.checkpoint().model)
                } else {
                    ReadModelError::Unavailable(described(&error)).into()
                }
            })?;
        }
        Ok(())
    }

    /// Takes note that the transaction has committed, and keeps its rows for requests that wait for them, if there may be any.
    fn passed(&mut self, position: Position, recent: Option<&RecentRows>);

    /// Drops the rows in memory, which may differ from those in the database.
    fn forget(&mut self);
}

/// The projection of a build.
pub(crate) fn projection(checkpoint: Checkpoint) -> Box<dyn Projection> {
    for_model!(checkpoint.model, R => Box::new(RowProjection::<R>::new(checkpoint)))
}

/// The events that some projection has yet to fold, up to the first that cannot be decoded.
pub(crate) fn decode(
    projections: &[Box<dyn Projection>],
    events: &[RecordedEvent],
) -> (Vec<Envelope>, Option<Poison>) {
    let mut envelopes = Vec::with_capacity(events.len());
    for raw in events.iter().map(SerializedEnvelope::from) {
        let wanted = |projection: &dyn Projection| {
            projection.concerns(raw.category()) && projection.checkpoint().position < raw.position
        };
        if !projections.iter().any(|projection| wanted(&**projection)) {
            continue;
        }
        match raw.envelope() {
            Ok(envelope) => envelopes.extend(envelope),
            Err(poison) => return (envelopes, Some(poison)),
        }
    }
    (envelopes, None)
}

struct RowProjection<R> {
    checkpoint: Checkpoint,
    rows: HashMap<RowKey, R>,
    /// The rows that the last batch changed.
    changed: HashMap<RowKey, Change>,
}

/// What a batch does to a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    /// The row is in the table, and only events of this category changed it.
    By(&'static str),
    /// The row is new, or events of several categories changed it.
    Whole,
}

impl<R: Row> RowProjection<R> {
    fn new(checkpoint: Checkpoint) -> Self {
        Self {
            checkpoint,
            rows: HashMap::new(),
            changed: HashMap::new(),
        }
    }

    /// The events that this build has yet to fold.
    fn pending<'e>(&self, envelopes: &'e [Envelope]) -> impl Iterator<Item = &'e Envelope> + use<'e, R> {
        let folded = self.checkpoint.position;
        let new = envelopes
            .iter()
            .filter(move |envelope| envelope.position > folded);
        new.filter(|envelope| R::CATEGORIES.contains(&envelope.event.category()))
    }

    fn fold_one(&mut self, envelope: &Envelope) {
        let key = envelope.key;
        let change = if let Some(row) = self.rows.get_mut(&key) {
            row.fold(envelope);
            Change::By(envelope.event.category())
        } else {
            let Some(mut row) = R::empty(key) else { return };
            row.fold(envelope);
            self.rows.insert(key, row);
            Change::Whole
        };
        let so_far = self.changed.entry(key).or_insert(change);
        if *so_far != change {
            *so_far = Change::Whole;
        }
    }

    /// The rows that the batch changed in this way.
    fn with(&self, change: Change) -> Vec<&R> {
        let changed = self.changed.iter().filter(|(_, done)| **done == change);
        changed.filter_map(|(key, _)| self.rows.get(key)).collect()
    }
}

#[async_trait]
impl<R: Row> Projection for RowProjection<R> {
    fn checkpoint(&self) -> Checkpoint {
        self.checkpoint
    }

    fn concerns(&self, category: &str) -> bool {
        R::CATEGORIES.contains(&category)
    }

    async fn fetch(
        &mut self,
        connection: &mut PgConnection,
        envelopes: &[Envelope],
    ) -> Result<(), ReadModelError> {
        if self.rows.len() > CACHE_CAPACITY {
            self.rows.clear();
        }
        let unknown: HashSet<RowKey> = self
            .pending(envelopes)
            .map(|envelope| envelope.key)
            .filter(|key| !self.rows.contains_key(key))
            .collect();
        let unknown: Vec<RowKey> = unknown.into_iter().collect();
        self.rows
            .extend(table::load::<R>(connection, self.checkpoint.build, &unknown).await?);
        Ok(())
    }

    fn fold(&mut self, envelopes: &[Envelope]) -> Result<Vec<RowBatch>, ProjectionError> {
        for envelope in self.pending(envelopes) {
            self.fold_one(envelope);
        }
        let build = self.checkpoint.build;
        let whole = RowBatch::whole(build, &self.with(Change::Whole));
        let parts = R::CATEGORIES
            .iter()
            .map(|category| RowBatch::changed_by(category, build, &self.with(Change::By(category))));
        let all: Result<Vec<_>, _> = iter::once(whole).chain(parts).collect();
        let mut all = all.map_err(|_| ProjectionError::Refused(R::MODEL))?;
        all.retain(|rows| !rows.is_empty());
        Ok(all)
    }

    fn passed(&mut self, position: Position, recent: Option<&RecentRows>) {
        self.checkpoint.position = self.checkpoint.position.max(position);
        let changed = self.changed.drain();
        if let Some(recent) = recent {
            recent.remember(changed.filter_map(|(key, _)| Some((key, self.rows.get(&key)?))));
        }
    }

    fn forget(&mut self) {
        self.changed.clear();
        self.rows.clear();
    }
}
