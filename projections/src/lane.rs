//! One build of one model on its way through the log: rows in, fold, rows out, with the rows of busy subjects kept at hand.

use std::{
    collections::{HashMap, HashSet},
    iter,
};

use async_trait::async_trait;
use event_store::{Position, RecordedEvent};
use sqlx::PgConnection;

use crate::{
    Model, ReadModelError,
    allocation::AllocationRow,
    case::CaseRow,
    checkpoint::Mark,
    error::{described, is_refusal},
    fact::{Entry, Poison, Raw, Subject},
    fresh::Fresh,
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
    fn fold(&mut self, entries: &[Entry]) -> Result<Vec<Rows>, LaneError>;

    /// Folds events into its rows and writes them, within the caller's transaction. When that does not commit, call
    /// [`Lane::forget`].
    async fn apply_in_tx(
        &mut self,
        transaction: &mut PgConnection,
        entries: &[Entry],
    ) -> Result<(), LaneError> {
        self.fetch(transaction, entries).await?;
        for rows in self.fold(entries)? {
            table::store(transaction, rows).await.map_err(|error| {
                if is_refusal(&error) {
                    LaneError::Refused(self.mark().model)
                } else {
                    ReadModelError::Unavailable(described(&error)).into()
                }
            })?;
        }
        Ok(())
    }

    /// The transaction has committed.
    fn passed(&mut self, position: Position, fresh: &Fresh);

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
    changed: HashMap<Subject, Change>,
}

/// What a batch does to a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    /// The row is in the table, and only events of this kind happened to it.
    By(&'static str),
    /// The row is new, or events of several kinds happened to it.
    Whole,
}

impl<R: Row> RowLane<R> {
    fn new(mark: Mark) -> Self {
        Self {
            mark,
            rows: HashMap::new(),
            changed: HashMap::new(),
        }
    }

    /// The events that this build has yet to fold.
    fn mine<'e>(&self, entries: &'e [Entry]) -> impl Iterator<Item = &'e Entry> + use<'e, R> {
        let folded = self.mark.position;
        let new = entries.iter().filter(move |entry| entry.position > folded);
        new.filter(|entry| R::CATEGORIES.contains(&entry.fact.category()))
    }

    fn fold_one(&mut self, entry: &Entry) {
        let subject = entry.subject;
        let change = if let Some(row) = self.rows.get_mut(&subject) {
            row.fold(entry);
            Change::By(entry.fact.category())
        } else {
            let Some(mut row) = R::empty(subject) else { return };
            row.fold(entry);
            self.rows.insert(subject, row);
            Change::Whole
        };
        let so_far = self.changed.entry(subject).or_insert(change);
        if *so_far != change {
            *so_far = Change::Whole;
        }
    }

    /// The rows to which the batch did this.
    fn with(&self, change: Change) -> Vec<&R> {
        let changed = self.changed.iter().filter(|(_, done)| **done == change);
        changed
            .filter_map(|(subject, _)| self.rows.get(subject))
            .collect()
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

    fn fold(&mut self, entries: &[Entry]) -> Result<Vec<Rows>, LaneError> {
        for entry in self.mine(entries) {
            self.fold_one(entry);
        }
        let build = self.mark.build;
        let whole = Rows::whole(build, &self.with(Change::Whole));
        let parts = R::CATEGORIES
            .iter()
            .map(|category| Rows::changed_by(category, build, &self.with(Change::By(category))));
        let all: Result<Vec<_>, _> = iter::once(whole).chain(parts).collect();
        let mut all = all.map_err(|_| LaneError::Refused(R::MODEL))?;
        all.retain(|rows| !rows.is_empty());
        Ok(all)
    }

    fn passed(&mut self, position: Position, fresh: &Fresh) {
        self.mark.position = self.mark.position.max(position);
        let changed = self.changed.drain();
        R::keep(fresh, changed.filter_map(|(subject, _)| self.rows.get(&subject)));
    }

    fn forget(&mut self) {
        self.changed.clear();
        self.rows.clear();
    }
}
