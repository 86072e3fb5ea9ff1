//! One build of one model on its way through the log: rows in, fold, rows out, with the rows of busy subjects kept at hand.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use event_store::{Position, RecordedEvent};
use sqlx::PgConnection;

use crate::{
    Model, ReadModelError,
    allocation::{AllocationRow, FreshAllocations},
    case::CaseRow,
    checkpoint::Mark,
    error::{described, is_refusal},
    fact::{Entry, Poison, Raw, Subject},
    model::Row,
    pom::PomRow,
    table::{self, Rows},
};

/// Rows kept between batches. Prisoners come in bursts of events, so even a small part of them saves most loads.
const KEPT_ROWS: usize = 8192;

/// A batch could not be folded into a build.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LaneError {
    /// The database refuses a row: it will do so again.
    #[error("a row of {0} was refused")]
    Refused(Model),
    #[error(transparent)]
    Read(#[from] ReadModelError),
}

/// A build of any model.
#[async_trait]
pub(crate) trait Lane: Send + Sync {
    /// Where it stands.
    fn mark(&self) -> Mark;

    /// Whether it folds streams of this kind.
    fn concerns(&self, category: &str) -> bool;

    /// Loads the rows that these events change, as far as they are not at hand.
    async fn fetch(&mut self, connection: &mut PgConnection, entries: &[Entry])
    -> Result<(), ReadModelError>;

    /// Folds events into its rows, which were fetched: what is to be written. When that is not committed, call
    /// [`Lane::forget`].
    fn fold(&mut self, entries: &[Entry]) -> Result<Rows, LaneError>;

    /// Folds events into its rows and writes them, within the caller's transaction. When that does not commit, call
    /// [`Lane::forget`].
    async fn apply_in_tx(
        &mut self,
        transaction: &mut PgConnection,
        entries: &[Entry],
    ) -> Result<(), LaneError> {
        self.fetch(transaction, entries).await?;
        let rows = self.fold(entries)?;
        match table::store(transaction, rows).await {
            Ok(()) => Ok(()),
            Err(error) if is_refusal(&error) => Err(LaneError::Refused(self.mark().model)),
            Err(error) => Err(ReadModelError::Unavailable(described(&error)).into()),
        }
    }

    /// The transaction has committed.
    fn passed(&mut self, position: Position, fresh: &FreshAllocations);

    /// What is kept at hand may not be what the database holds.
    fn forget(&mut self);
}

/// The lane of a build.
pub(crate) fn lane(mark: Mark) -> Box<dyn Lane> {
    match mark.model {
        Model::Cases => Box::new(RowLane::<CaseRow>::new(mark)),
        Model::Allocations => Box::new(RowLane::<AllocationRow>::new(mark)),
        Model::Poms => Box::new(RowLane::<PomRow>::new(mark)),
    }
}

/// The events that some lane has yet to fold, up to the first that cannot be understood.
pub(crate) fn decode(lanes: &[Box<dyn Lane>], events: &[RecordedEvent]) -> (Vec<Entry>, Option<Poison>) {
    let mut entries = Vec::with_capacity(events.len());
    for raw in events.iter().map(Raw::from) {
        let wanted = |lane: &dyn Lane| lane.concerns(raw.category()) && lane.mark().position < raw.position;
        if !lanes.iter().any(|lane| wanted(&**lane)) {
            continue;
        }
        match raw.entry() {
            Ok(entry) => entries.extend(entry),
            Err(poison) => return (entries, Some(poison)),
        }
    }
    (entries, None)
}

struct RowLane<R> {
    mark: Mark,
    rows: HashMap<Subject, R>,
    /// Whose rows the last batch changed.
    changed: HashSet<Subject>,
}

impl<R: Row> RowLane<R> {
    fn new(mark: Mark) -> Self {
        Self {
            mark,
            rows: HashMap::new(),
            changed: HashSet::new(),
        }
    }

    /// The events that this build has yet to fold.
    fn mine<'e>(&self, entries: &'e [Entry]) -> impl Iterator<Item = &'e Entry> + use<'e, R> {
        let folded = self.mark.position;
        let new = entries.iter().filter(move |entry| entry.position > folded);
        new.filter(|entry| R::CATEGORIES.contains(&entry.fact.category()))
    }
}

#[async_trait]
impl<R: Row> Lane for RowLane<R> {
    fn mark(&self) -> Mark {
        self.mark
    }

    fn concerns(&self, category: &str) -> bool {
        R::CATEGORIES.contains(&category)
    }

    async fn fetch(
        &mut self,
        connection: &mut PgConnection,
        entries: &[Entry],
    ) -> Result<(), ReadModelError> {
        if self.rows.len() > KEPT_ROWS {
            self.rows.clear();
        }
        let unknown: HashSet<Subject> = self
            .mine(entries)
            .map(|entry| entry.subject)
            .filter(|subject| !self.rows.contains_key(subject))
            .collect();
        let unknown: Vec<Subject> = unknown.into_iter().collect();
        self.rows
            .extend(table::load::<R>(connection, self.mark.build, &unknown).await?);
        Ok(())
    }

    fn fold(&mut self, entries: &[Entry]) -> Result<Rows, LaneError> {
        for entry in self.mine(entries) {
            if !self.rows.contains_key(&entry.subject) {
                self.rows
                    .extend(R::empty(entry.subject).map(|row| (entry.subject, row)));
            }
            if let Some(row) = self.rows.get_mut(&entry.subject) {
                row.fold(entry);
            }
            self.changed.insert(entry.subject);
        }
        let changed: Vec<&R> = self
            .changed
            .iter()
            .filter_map(|subject| self.rows.get(subject))
            .collect();
        Rows::of(self.mark.build, &changed).map_err(|_| LaneError::Refused(R::MODEL))
    }

    fn passed(&mut self, position: Position, fresh: &FreshAllocations) {
        self.mark.position = self.mark.position.max(position);
        let changed = self.changed.drain();
        R::keep(fresh, changed.filter_map(|subject| self.rows.get(&subject)));
    }

    fn forget(&mut self) {
        self.changed.clear();
        self.rows.clear();
    }
}
