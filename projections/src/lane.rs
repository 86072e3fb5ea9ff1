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
    table::{self, StoreError},
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

    /// Folds events into its rows, within the caller's transaction. When that does not commit, call [`Lane::forget`].
    async fn apply_in_tx(
        &mut self,
        transaction: &mut PgConnection,
        entries: &[Entry],
    ) -> Result<(), LaneError>;

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

    async fn fetch(
        &mut self,
        transaction: &mut PgConnection,
        subjects: &HashSet<Subject>,
    ) -> Result<(), LaneError> {
        if self.rows.len() > KEPT_ROWS {
            self.rows.clear();
        }
        let unknown: Vec<Subject> = subjects
            .iter()
            .filter(|s| !self.rows.contains_key(s))
            .copied()
            .collect();
        self.rows
            .extend(table::load::<R>(transaction, self.mark.build, &unknown).await?);
        Ok(())
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

    async fn apply_in_tx(
        &mut self,
        transaction: &mut PgConnection,
        entries: &[Entry],
    ) -> Result<(), LaneError> {
        let mine = || {
            let new = entries.iter().filter(|entry| entry.position > self.mark.position);
            new.filter(|entry| R::CATEGORIES.contains(&entry.fact.category()))
        };
        let mine: Vec<&Entry> = mine().collect();
        let subjects: HashSet<Subject> = mine.iter().map(|entry| entry.subject).collect();
        if subjects.is_empty() {
            return Ok(());
        }
        self.fetch(transaction, &subjects).await?;
        for entry in mine {
            if !self.rows.contains_key(&entry.subject) {
                self.rows
                    .extend(R::empty(entry.subject).map(|row| (entry.subject, row)));
            }
            if let Some(row) = self.rows.get_mut(&entry.subject) {
                row.fold(entry);
            }
        }
        let changed: Vec<&R> = subjects
            .iter()
            .filter_map(|subject| self.rows.get(subject))
            .collect();
        match table::store(transaction, self.mark.build, &changed).await {
            Ok(()) => {
                self.changed = subjects;
                Ok(())
            }
            Err(StoreError::Json(_)) => Err(LaneError::Refused(R::MODEL)),
            Err(StoreError::Sql(error)) if is_refusal(&error) => Err(LaneError::Refused(R::MODEL)),
            Err(StoreError::Sql(error)) => Err(ReadModelError::Unavailable(described(&error)).into()),
        }
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
