//! The shown builds travel together: each batch of the log is read once and folded into all of them in one transaction.

use event_store::{Lease, Position, RecordedEvent};
use sqlx::{Acquire, Executor, Postgres, pool::PoolConnection};
use tokio::time::Instant;

use crate::{
    BuildStatus, Model, ReadModelError, ReadModels,
    case::{self, Refolding},
    checkpoint::{self, Mark},
    erasure,
    error::is_without_table,
    fact::{Entry, Poison},
    lane::{Lane, LaneError, decode, lane},
    progress::{Progress, Reached},
    step::step,
};

/// Events of the longest batch.
const LONGEST_BATCH: u32 = 1000;

/// The plan of a step may be made when its tables have been counted while they were small. Then reading the whole of one seems
/// cheapest: a bitmap of an index is the one way that cannot do it. Only for steps: what is looked up beside them reads more.
const BY_BITMAP: &str = "set enable_indexscan = off";

/// Why the convoy has to halt.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConvoyError {
    /// Someone else has taken over.
    #[error("another process folds the log now")]
    Superseded,
    /// The log was restored to an earlier point than the read models.
    #[error(
        "the read model {model} is at position {position}, but the log ends at {head}: rebuild the read models"
    )]
    AheadOfLog {
        /// Which.
        model: Model,
        /// Where it is.
        position: Position,
        /// Where the log ends.
        head: Position,
    },
    #[error(transparent)]
    Read(#[from] ReadModelError),
}

impl From<sqlx::Error> for ConvoyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Read(error.into())
    }
}

/// The lanes that move together, and the right to move them.
pub(crate) struct Convoy {
    lease: Lease,
    /// Kept from step to step: a pool asks after every connection that comes back.
    connection: PoolConnection<Postgres>,
    lanes: Vec<Box<dyn Lane>>,
    batch: u32,
    names: Refolding,
}

impl Convoy {
    /// Takes over the builds that readers see.
    pub(crate) async fn take_over(models: &ReadModels, lease: Lease) -> Result<Self, ConvoyError> {
        let mut connection = models.pool.acquire().await?;
        connection.close_on_drop();
        connection.execute(BY_BITMAP).await?;
        checkpoint::take_over(&mut connection, &lease).await?;
        let marks = checkpoint::held(&mut connection, &lease).await?;
        let mut convoy = Self {
            lease,
            connection,
            lanes: Vec::new(),
            batch: LONGEST_BATCH,
            names: Refolding::Reached(None),
        };
        convoy.assemble(marks);
        let head = models.log.head().await.map_err(ReadModelError::from)?;
        match convoy.marks().into_iter().find(|mark| mark.position > head) {
            Some(Mark { model, position, .. }) => Err(ConvoyError::AheadOfLog {
                model,
                position,
                head,
            }),
            None => Ok(convoy),
        }
    }

    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }

    pub(crate) fn into_lease(self) -> Lease {
        self.lease
    }

    fn assemble(&mut self, marks: Vec<Mark>) {
        self.lanes = marks.into_iter().map(lane).collect();
        // The order in which everybody locks several models.
        self.lanes.sort_by_key(|lane| lane.mark().model);
    }

    fn marks(&self) -> Vec<Mark> {
        self.lanes.iter().map(|lane| lane.mark()).collect()
    }

    /// Tells how far the builds are.
    pub(crate) fn report(&self, progress: &Progress) {
        progress.note(self.marks().iter().map(|m| {
            (
                m.model,
                Reached {
                    position: m.position,
                    stopped: false,
                },
            )
        }));
    }

    /// Where the last of the lanes is; none when all have stopped.
    pub(crate) fn position(&self) -> Option<Position> {
        self.lanes.iter().map(|lane| lane.mark().position).min()
    }

    /// Folds the next batch; how many events that was. After an error the convoy must be taken over anew.
    pub(crate) async fn pass(&mut self, models: &ReadModels) -> Result<usize, ConvoyError> {
        let Some(from) = self.position() else { return Ok(0) };
        let events = self.read_after(from, models).await?;
        if events.is_empty() {
            return Ok(0);
        }
        let (entries, poison) = decode(&self.lanes, &events);
        let understood = |event: &&RecordedEvent| {
            poison
                .as_ref()
                .is_none_or(|poison| event.position < poison.position)
        };
        if let Some(last) = events.iter().rfind(understood) {
            match self.fold(models, &entries, last).await {
                Err(ConvoyHalt::Error(ConvoyError::Superseded)) => return Err(ConvoyError::Superseded),
                Err(halt) if self.goes_together() => {
                    // One event at a time, and lane by lane, shows what it is.
                    tracing::warn!(%halt, after = %from, "a batch was not folded; going on in single steps");
                    self.batch = 1;
                    return Ok(1);
                }
                Err(ConvoyHalt::Refused(model)) => {
                    let poison = events.first().map(refused);
                    return self.stop(models, |lane| lane.mark().model == model, poison).await;
                }
                Err(ConvoyHalt::Error(error)) => return Err(error),
                Ok(()) => self.batch = self.batch.saturating_mul(2).min(LONGEST_BATCH),
            }
        }
        self.report(&models.progress);
        if let Some(poison) = poison {
            let category = poison.category.clone();
            return self
                .stop(models, |lane| lane.concerns(&category), Some(poison))
                .await;
        }
        Ok(events.len())
    }

    async fn read_after(
        &self,
        from: Position,
        models: &ReadModels,
    ) -> Result<Vec<RecordedEvent>, ReadModelError> {
        Ok(if self.goes_together() {
            models.log.newest_after(from, self.batch).await?
        } else {
            models.log.read_after(from, self.batch).await?
        })
    }

    /// Usually all lanes take a batch in one statement; after trouble they take one event, each by itself.
    fn goes_together(&self) -> bool {
        self.batch > 1
    }

    /// Folds anew what holds data of people who were erased.
    pub(crate) async fn forget_erased(&mut self, models: &ReadModels) -> Result<(), ConvoyError> {
        models.fresh.forget();
        let forgotten = erasure::forget_erased(&models.pool, &*models.log, &self.lease).await?;
        if forgotten > 0 {
            tracing::info!(
                rows = forgotten,
                "the read models have forgotten people who were erased"
            );
            self.lanes.iter_mut().for_each(|lane| lane.forget());
        }
        Ok(())
    }

    /// Writes some of the rows anew whose names another version of the program folded; whether there may be more.
    pub(crate) async fn refold_names(&mut self, models: &ReadModels) -> Result<bool, ConvoyError> {
        let cases = self.marks().into_iter().find(|mark| mark.model == Model::Cases);
        let (Refolding::Reached(from), Some(cases)) = (self.names, cases) else {
            return Ok(false);
        };
        let reached = case::refold(&models.pool, &self.lease, cases, from).await?;
        self.names = reached.ok_or(ConvoyError::Superseded)?;
        Ok(self.names != Refolding::Done)
    }

    async fn fold(
        &mut self,
        models: &ReadModels,
        entries: &[Entry],
        last: &RecordedEvent,
    ) -> Result<(), ConvoyHalt> {
        let begun = Instant::now();
        let to = last.position;
        let behind: Vec<Mark> = self
            .marks()
            .into_iter()
            .filter(|mark| mark.position < to)
            .collect();
        let outcome = if self.goes_together() {
            self.fold_together(&behind, entries, last).await
        } else {
            self.fold_one_by_one(&behind, entries, to).await
        };
        for lane in &mut self.lanes {
            match &outcome {
                Ok(()) => lane.passed(to, &models.fresh),
                Err(_) => lane.forget(),
            }
        }
        metrics::histogram!("read_model_batch_events")
            .record(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        metrics::histogram!("read_model_fold_seconds").record(begun.elapsed());
        outcome
    }

    /// All lanes in one statement.
    async fn fold_together(
        &mut self,
        behind: &[Mark],
        entries: &[Entry],
        last: &RecordedEvent,
    ) -> Result<(), ConvoyHalt> {
        let mut changed = Vec::new();
        for lane in &mut self.lanes {
            lane.fetch(&mut self.connection, entries).await?;
            changed.extend(lane.fold(entries)?);
        }
        match step(&mut self.connection, behind, self.lease.fence, last, changed).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(ConvoyError::Superseded.into()),
            // Another build is shown, and ours is gone already.
            Err(error) if is_without_table(&error) => Err(ConvoyError::Superseded.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Lane by lane, so that it is known whose row the database refuses.
    async fn fold_one_by_one(
        &mut self,
        behind: &[Mark],
        entries: &[Entry],
        to: Position,
    ) -> Result<(), ConvoyHalt> {
        let mut transaction = self.connection.begin().await?;
        // First, so that an owner of the past finds out before it touches a table that may be gone.
        let (fence, live) = (self.lease.fence, BuildStatus::Live);
        if !checkpoint::advance_in_tx(&mut transaction, behind, live, fence, to).await? {
            return Err(ConvoyError::Superseded.into());
        }
        for lane in &mut self.lanes {
            lane.apply_in_tx(&mut transaction, entries).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Takes lanes out that cannot go on; the others do. What they folded before stays.
    async fn stop(
        &mut self,
        models: &ReadModels,
        affected: impl Fn(&dyn Lane) -> bool,
        poison: Option<Poison>,
    ) -> Result<usize, ConvoyError> {
        let Some(poison) = poison else { return Ok(0) };
        let (out, on): (Vec<_>, Vec<_>) = std::mem::take(&mut self.lanes)
            .into_iter()
            .partition(|l| affected(&**l));
        self.lanes = on;
        for mark in out.iter().map(|lane| lane.mark()) {
            tracing::error!(model = %mark.model, position = %poison.position, event = poison.event_type, why = poison.why,
                "a read model stopped at an event that it cannot fold");
            if !checkpoint::stop(&mut self.connection, &mark, self.lease.fence, &poison).await? {
                return Err(ConvoyError::Superseded);
            }
            models.progress.note([(
                mark.model,
                Reached {
                    position: mark.position,
                    stopped: true,
                },
            )]);
        }
        Ok(1)
    }
}

/// Why a batch was not folded.
#[derive(Debug, thiserror::Error)]
enum ConvoyHalt {
    #[error("a row of {0} was refused")]
    Refused(Model),
    #[error(transparent)]
    Error(#[from] ConvoyError),
}

impl From<ReadModelError> for ConvoyHalt {
    fn from(error: ReadModelError) -> Self {
        Self::Error(error.into())
    }
}

impl From<sqlx::Error> for ConvoyHalt {
    fn from(error: sqlx::Error) -> Self {
        Self::Error(error.into())
    }
}

impl From<LaneError> for ConvoyHalt {
    fn from(error: LaneError) -> Self {
        match error {
            LaneError::Refused(model) => Self::Refused(model),
            LaneError::Read(error) => Self::Error(error.into()),
        }
    }
}

fn refused(event: &RecordedEvent) -> Poison {
    Poison {
        position: event.position,
        event_type: event.event_type.clone(),
        category: event.stream.category().to_owned(),
        why: "the database refuses the row that it leads to",
    }
}
