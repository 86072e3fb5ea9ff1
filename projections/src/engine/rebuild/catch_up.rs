//! Catches builds up that readers do not see, with the same projections that keep the shown ones up to date.

use event_store::{Log, Position, PostgresLog, RecordedEvent};
use sqlx::PgConnection;

use super::RebuildError;
use crate::{
    BuildStatus, ReadModelError,
    engine::{
        checkpoints::{self, Checkpoint},
        projection::{Projection, ProjectionError, decode, projection},
    },
};

/// Events of a batch.
const BATCH: u32 = 1000;

/// Builds on their way to the head.
pub(super) struct CatchUp {
    projections: Vec<Box<dyn Projection>>,
    status: BuildStatus,
}

impl CatchUp {
    pub(super) fn new(checkpoints: &[Checkpoint], status: BuildStatus) -> Self {
        let mut projections: Vec<_> = checkpoints
            .iter()
            .map(|checkpoint| projection(*checkpoint))
            .collect();
        projections.sort_by_key(|projection| projection.checkpoint().model);
        Self { projections, status }
    }

    pub(super) fn checkpoints(&self) -> Vec<Checkpoint> {
        self.projections
            .iter()
            .map(|projection| projection.checkpoint())
            .collect()
    }

    fn position(&self) -> Position {
        self.projections
            .iter()
            .map(|projection| projection.checkpoint().position)
            .min()
            .unwrap_or_default()
    }

    /// Folds batches until one is not full, which means that the head is near.
    pub(super) async fn approach(&mut self, log: &PostgresLog) -> Result<(), RebuildError> {
        loop {
            let events = log.read_after(self.position(), BATCH).await?;
            let full = u32::try_from(events.len()) == Ok(BATCH);
            let mut transaction = log.pool().begin().await?;
            self.fold_in_tx(&mut transaction, &events).await?;
            transaction.commit().await?;
            if !full {
                return Ok(());
            }
        }
    }

    /// Folds the rest up to the position of the shown builds, which the caller has locked.
    pub(super) async fn arrive_in_tx(
        &mut self,
        log: &PostgresLog,
        transaction: &mut PgConnection,
        at: Position,
    ) -> Result<(), RebuildError> {
        while self.position() < at {
            let left = u32::try_from(at.get().saturating_sub(self.position().get())).unwrap_or(u32::MAX);
            let events = log.read_after(self.position(), left.min(BATCH)).await?;
            if events.is_empty() {
                return Err(RebuildError::Damaged(self.position()));
            }
            self.fold_in_tx(transaction, &events).await?;
        }
        Ok(())
    }

    async fn fold_in_tx(
        &mut self,
        transaction: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), RebuildError> {
        let Some(to) = events.last().map(|event| event.position) else {
            return Ok(());
        };
        let (envelopes, poison) = decode(&self.projections, events);
        if let Some(poison) = poison {
            return Err(poison.into());
        }
        let behind: Vec<Checkpoint> = self
            .checkpoints()
            .into_iter()
            .filter(|checkpoint| checkpoint.position < to)
            .collect();
        if !checkpoints::advance_in_tx(transaction, &behind, self.status, UNFENCED, to).await? {
            return Err(RebuildError::Unavailable(
                "another process works on the same build".into(),
            ));
        }
        for projection in &mut self.projections {
            projection.apply_in_tx(transaction, &envelopes).await?;
            projection.passed(to, None);
        }
        Ok(())
    }
}

/// The fence of builds that no lease moves.
pub(super) const UNFENCED: i64 = 0;

impl From<ProjectionError> for RebuildError {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Read(error) => error.into(),
            ProjectionError::Refused(model) => {
                ReadModelError::Damaged(format!("a row of {model} that the database refuses").into()).into()
            }
        }
    }
}
