//! Folds each batch of the log into all shown builds in one transaction.

use event_store::{Lease, Position, RecordedEvent};
use sqlx::{Acquire, Executor, Postgres, pool::PoolConnection};
use tokio::time::Instant;

use crate::{
    BuildStatus, Model, ReadModelError, ReadModels,
    engine::{
        batch_error::{BatchError, BatchHalt},
        checkpoints::{self, Checkpoint},
        erasure,
        outdated::{Rewriting, rewrite_next},
        position_tracker::{PositionTracker, Reached},
        projection::{Projection, decode, projection},
        step::step,
    },
    envelope::{Envelope, Poison, RowKey},
    error::is_without_table,
    models::for_model,
};

/// Events of the longest batch.
const LONGEST_BATCH: u32 = 1000;

/// Makes steps read by bitmap. Postgres may plan a step while its tables' statistics say that they are small, and
/// then prefers to read a whole table; a bitmap of an index is the one plan that cannot. Only the connection of the
/// steps has this setting: other reads need more rows.
const BY_BITMAP: &str = "set enable_indexscan = off";

/// The projections that move together, with the lease that permits it.
pub(crate) struct BatchRunner {
    lease: Lease,
    /// Kept from step to step: a pool tests each connection that is returned.
    connection: PoolConnection<Postgres>,
    projections: Vec<Box<dyn Projection>>,
    batch: u32,
    /// The models of which outdated rows are still to be written again.
    outdated: Vec<(Model, Option<RowKey>)>,
}

impl BatchRunner {
    /// Takes over the builds that readers see.
    pub(crate) async fn take_over(models: &ReadModels, lease: Lease) -> Result<Self, BatchError> {
        let mut connection = models.pool.acquire().await?;
        connection.close_on_drop();
        connection.execute(BY_BITMAP).await?;
        checkpoints::take_over(&mut connection, &lease).await?;
        let checkpoints = checkpoints::held(&mut connection, &lease).await?;
        let mut runner = Self {
            lease,
            connection,
            projections: Vec::new(),
            batch: LONGEST_BATCH,
            outdated: Model::ALL.map(|model| (model, None)).to_vec(),
        };
        runner.assemble(checkpoints);
        let head = models.log.head().await.map_err(ReadModelError::from)?;
        match runner
            .checkpoints()
            .into_iter()
            .find(|checkpoint| checkpoint.position > head)
        {
            Some(Checkpoint { model, position, .. }) => Err(BatchError::AheadOfLog {
                model,
                position,
                head,
            }),
            None => Ok(runner),
        }
    }

    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }

    pub(crate) fn into_lease(self) -> Lease {
        self.lease
    }

    fn assemble(&mut self, checkpoints: Vec<Checkpoint>) {
        self.projections = checkpoints.into_iter().map(projection).collect();
        // The order in which all statements lock several models.
        self.projections
            .sort_by_key(|projection| projection.checkpoint().model);
    }

    fn checkpoints(&self) -> Vec<Checkpoint> {
        self.projections
            .iter()
            .map(|projection| projection.checkpoint())
            .collect()
    }

    /// Reports the positions of the builds.
    pub(crate) fn report(&self, tracker: &PositionTracker) {
        tracker.note(self.checkpoints().iter().map(|m| {
            (
                m.model,
                Reached {
                    position: m.position,
                    stopped: false,
                },
            )
        }));
    }

    /// The lowest position of the projections; none when all have stopped.
    pub(crate) fn position(&self) -> Option<Position> {
        self.projections
            .iter()
            .map(|projection| projection.checkpoint().position)
            .min()
    }

    /// Folds the next batch and returns its number of events. After an error a new runner must take over.
    pub(crate) async fn pass(&mut self, models: &ReadModels) -> Result<usize, BatchError> {
        let Some(from) = self.position() else { return Ok(0) };
        let events = self.read_after(from, models).await?;
        if events.is_empty() {
            return Ok(0);
        }
        let (envelopes, poison) = decode(&self.projections, &events);
        let understood = |event: &&RecordedEvent| {
            poison
                .as_ref()
                .is_none_or(|poison| event.position < poison.position)
        };
        if let Some(last) = events.iter().rfind(understood) {
            match self.fold(models, &envelopes, last).await {
                Err(BatchHalt::Error(BatchError::Superseded)) => return Err(BatchError::Superseded),
                Err(halt) if self.goes_together() => {
                    // Single events, projection by projection, show which one fails.
                    tracing::warn!(%halt, after = %from, "a batch was not folded; going on in single steps");
                    self.batch = 1;
                    return Ok(1);
                }
                Err(BatchHalt::Refused(model)) => {
                    let poison = events.first().map(refused);
                    return self
                        .stop(
                            models,
                            |projection| projection.checkpoint().model == model,
                            poison,
                        )
                        .await;
                }
                Err(BatchHalt::Error(error)) => return Err(error),
                Ok(()) => self.batch = self.batch.saturating_mul(2).min(LONGEST_BATCH),
            }
        }
        self.report(&models.tracker);
        if let Some(poison) = poison {
            let category = poison.category.clone();
            return self
                .stop(models, |projection| projection.concerns(&category), Some(poison))
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

    /// Whether all projections take a batch in one statement, as usual. After an error each takes single events
    /// by itself.
    fn goes_together(&self) -> bool {
        self.batch > 1
    }

    /// Folds the rows again that hold data of erased people.
    pub(crate) async fn forget_erased(&mut self, models: &ReadModels) -> Result<(), BatchError> {
        models.recent.clear();
        let forgotten = erasure::forget_erased(&models.pool, &*models.log, &self.lease).await?;
        if forgotten > 0 {
            tracing::info!(
                rows = forgotten,
                "the read models have forgotten people who were erased"
            );
            self.projections
                .iter_mut()
                .for_each(|projection| projection.forget());
        }
        Ok(())
    }

    /// Writes some of the outdated rows again; false when no model has any left.
    pub(crate) async fn rewrite_outdated(&mut self, models: &ReadModels) -> Result<bool, BatchError> {
        let checkpoints = self.checkpoints();
        let of = |model| checkpoints.iter().find(|checkpoint| checkpoint.model == model);
        let mut pending = self.outdated.iter_mut();
        let next = pending.find_map(|(model, reached)| Some((of(*model)?, reached)));
        let Some((checkpoint, reached)) = next else {
            return Ok(false);
        };
        let rewritten = for_model!(checkpoint.model, R => {
            rewrite_next::<R>(&models.pool, &self.lease, *checkpoint, *reached).await?
        });
        match rewritten.ok_or(BatchError::Superseded)? {
            Rewriting::Reached(key) => *reached = key,
            Rewriting::Done => self.outdated.retain(|(model, _)| *model != checkpoint.model),
        }
        Ok(true)
    }

    async fn fold(
        &mut self,
        models: &ReadModels,
        envelopes: &[Envelope],
        last: &RecordedEvent,
    ) -> Result<(), BatchHalt> {
        let begun = Instant::now();
        let to = last.position;
        let behind: Vec<Checkpoint> = self
            .checkpoints()
            .into_iter()
            .filter(|checkpoint| checkpoint.position < to)
            .collect();
        let outcome = if self.goes_together() {
            self.fold_together(&behind, envelopes, last).await
        } else {
            self.fold_one_by_one(&behind, envelopes, to).await
        };
        for projection in &mut self.projections {
            match &outcome {
                Ok(()) => projection.passed(to, Some(&models.recent)),
                Err(_) => projection.forget(),
            }
        }
        metrics::histogram!("read_model_batch_events")
            .record(u32::try_from(envelopes.len()).unwrap_or(u32::MAX));
        metrics::histogram!("read_model_fold_seconds").record(begun.elapsed());
        outcome
    }

    /// Moves all projections in one statement.
    async fn fold_together(
        &mut self,
        behind: &[Checkpoint],
        envelopes: &[Envelope],
        last: &RecordedEvent,
    ) -> Result<(), BatchHalt> {
        let mut changed = Vec::new();
        for projection in &mut self.projections {
            projection.fetch(&mut self.connection, envelopes).await?;
            changed.extend(projection.fold(envelopes)?);
        }
        match step(&mut self.connection, behind, self.lease.fence, last, changed).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(BatchError::Superseded.into()),
            // Another build is shown, and ours has been dropped.
            Err(error) if is_without_table(&error) => Err(BatchError::Superseded.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Moves projection by projection, which shows whose row the database refuses.
    async fn fold_one_by_one(
        &mut self,
        behind: &[Checkpoint],
        envelopes: &[Envelope],
        to: Position,
    ) -> Result<(), BatchHalt> {
        let mut transaction = self.connection.begin().await?;
        // First, so that a superseded owner fails before it touches a table that may have been dropped.
        let (fence, live) = (self.lease.fence, BuildStatus::Live);
        if !checkpoints::advance_in_tx(&mut transaction, behind, live, fence, to).await? {
            return Err(BatchError::Superseded.into());
        }
        for projection in &mut self.projections {
            projection.apply_in_tx(&mut transaction, envelopes).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Stops the projections that cannot go on; the others continue. What they folded before stays.
    async fn stop(
        &mut self,
        models: &ReadModels,
        affected: impl Fn(&dyn Projection) -> bool,
        poison: Option<Poison>,
    ) -> Result<usize, BatchError> {
        let Some(poison) = poison else { return Ok(0) };
        let (out, on): (Vec<_>, Vec<_>) = std::mem::take(&mut self.projections)
            .into_iter()
            .partition(|l| affected(&**l));
        self.projections = on;
        for checkpoint in out.iter().map(|projection| projection.checkpoint()) {
            tracing::error!(model = %checkpoint.model, position = %poison.position, event = poison.event_type, why = poison.why,
                "a read model stopped at an event that it cannot fold");
            if !checkpoints::stop(&mut self.connection, &checkpoint, self.lease.fence, &poison).await? {
                return Err(BatchError::Superseded);
            }
            models.tracker.note([(
                checkpoint.model,
                Reached {
                    position: checkpoint.position,
                    stopped: true,
                },
            )]);
        }
        Ok(1)
    }
}

fn refused(event: &RecordedEvent) -> Poison {
    Poison {
        position: event.position,
        event_type: event.event_type.clone(),
        category: event.stream.category().to_owned(),
        why: "the database refuses the row that it leads to".to_owned(),
    }
}
