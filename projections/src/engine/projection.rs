//! One build of one model on its way through the log: rows in, fold, rows out, with the rows of busy keys kept at hand.

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
        table::{self, Rows},
    },
    error::{described, is_refusal},
    fact::{Envelope, Poison, Raw, RowKey},
    models::{allocations::AllocationRow, cases::CaseRow, poms::PomRow},
};

/// Rows kept between batches. Prisoners come in bursts of events, so even a small part of them saves most loads.
const KEPT_ROWS: usize = 8192;

/// A batch could not be folded into a build.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectionError {
    /// The database refuses a row: it will do so again.
    #[error("a row of {0} was refused")]
    Refused(Model),
    #[error(transparent)]
    Read(#[from] ReadModelError),
}

/// A build of any model.
#[async_trait]
pub(crate) trait Projection: Send + Sync {
    /// Where it stands.
    fn checkpoint(&self) -> Checkpoint;

    /// Whether it folds streams of this kind.
    fn concerns(&self, category: &str) -> bool;

    /// Loads the rows that these events change, as far as they are not at hand.
    async fn fetch(
        &mut self,
        connection: &mut PgConnection,
        envelopes: &[Envelope],
    ) -> Result<(), ReadModelError>;

    /// Folds events into its rows, which were fetched: what is to be written. When that is not committed, call
    /// [`Projection::forget`].
    fn fold(&mut self, envelopes: &[Envelope]) -> Result<Vec<Rows>, ProjectionError>;

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

    /// The transaction has committed.
    fn passed(&mut self, position: Position, recent: &RecentRows);

    /// What is kept at hand may not be what the database holds.
    fn forget(&mut self);
}

/// The projection of a build.
pub(crate) fn projection(checkpoint: Checkpoint) -> Box<dyn Projection> {
    match checkpoint.model {
        Model::Cases => Box::new(RowProjection::<CaseRow>::new(checkpoint)),
        Model::Allocations => Box::new(RowProjection::<AllocationRow>::new(checkpoint)),
        Model::Poms => Box::new(RowProjection::<PomRow>::new(checkpoint)),
    }
}

/// The events that some projection has yet to fold, up to the first that cannot be understood.
pub(crate) fn decode(
    projections: &[Box<dyn Projection>],
    events: &[RecordedEvent],
) -> (Vec<Envelope>, Option<Poison>) {
    let mut envelopes = Vec::with_capacity(events.len());
    for raw in events.iter().map(Raw::from) {
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
    /// Whose rows the last batch changed.
    changed: HashMap<RowKey, Change>,
}

/// What a batch does to a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    /// The row is in the table, and only events of this kind happened to it.
    By(&'static str),
    /// The row is new, or events of several kinds happened to it.
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
    fn mine<'e>(&self, envelopes: &'e [Envelope]) -> impl Iterator<Item = &'e Envelope> + use<'e, R> {
        let folded = self.checkpoint.position;
        let new = envelopes
            .iter()
            .filter(move |envelope| envelope.position > folded);
        new.filter(|envelope| R::CATEGORIES.contains(&envelope.fact.category()))
    }

    fn fold_one(&mut self, envelope: &Envelope) {
        let key = envelope.key;
        let change = if let Some(row) = self.rows.get_mut(&key) {
            row.fold(envelope);
            Change::By(envelope.fact.category())
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

    /// The rows to which the batch did this.
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
        if self.rows.len() > KEPT_ROWS {
            self.rows.clear();
        }
        let unknown: HashSet<RowKey> = self
            .mine(envelopes)
            .map(|envelope| envelope.key)
            .filter(|key| !self.rows.contains_key(key))
            .collect();
        let unknown: Vec<RowKey> = unknown.into_iter().collect();
        self.rows
            .extend(table::load::<R>(connection, self.checkpoint.build, &unknown).await?);
        Ok(())
    }

    fn fold(&mut self, envelopes: &[Envelope]) -> Result<Vec<Rows>, ProjectionError> {
        for envelope in self.mine(envelopes) {
            self.fold_one(envelope);
        }
        let build = self.checkpoint.build;
        let whole = Rows::whole(build, &self.with(Change::Whole));
        let parts = R::CATEGORIES
            .iter()
            .map(|category| Rows::changed_by(category, build, &self.with(Change::By(category))));
        let all: Result<Vec<_>, _> = iter::once(whole).chain(parts).collect();
        let mut all = all.map_err(|_| ProjectionError::Refused(R::MODEL))?;
        all.retain(|rows| !rows.is_empty());
        Ok(all)
    }

    fn passed(&mut self, position: Position, recent: &RecentRows) {
        self.checkpoint.position = self.checkpoint.position.max(position);
        let changed = self.changed.drain();
        R::keep(recent, changed.filter_map(|(key, _)| self.rows.get(&key)));
    }

    fn forget(&mut self) {
        self.changed.clear();
        self.rows.clear();
    }
}
