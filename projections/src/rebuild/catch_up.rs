//! Bringing builds that nobody sees up to date, with the same lanes that keep the shown ones so.

use event_store::{Log, Position, PostgresLog, RecordedEvent};
use sqlx::PgConnection;

use super::RebuildError;
use crate::{
    BuildStatus, ReadModelError,
    checkpoint::{self, Mark},
    fresh::Fresh,
    lane::{Lane, LaneError, decode, lane},
};

/// Events of a batch.
const BATCH: u32 = 1000;

/// Builds on their way to the head.
pub(super) struct Pursuit {
    lanes: Vec<Box<dyn Lane>>,
    status: BuildStatus,
}

impl Pursuit {
    pub(super) fn new(marks: &[Mark], status: BuildStatus) -> Self {
        let mut lanes: Vec<_> = marks.iter().map(|mark| lane(*mark)).collect();
        lanes.sort_by_key(|lane| lane.mark().model);
        Self { lanes, status }
    }

    pub(super) fn marks(&self) -> Vec<Mark> {
        self.lanes.iter().map(|lane| lane.mark()).collect()
    }

    fn position(&self) -> Position {
        self.lanes
            .iter()
            .map(|lane| lane.mark().position)
            .min()
            .unwrap_or_default()
    }

    /// Folds batches until one is not full: then the head is near.
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

    /// Folds the rest up to where the shown builds stand, which the caller has locked.
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
        let (entries, poison) = decode(&self.lanes, events);
        if let Some(poison) = poison {
            return Err(poison.into());
        }
        let behind: Vec<Mark> = self
            .marks()
            .into_iter()
            .filter(|mark| mark.position < to)
            .collect();
        if !checkpoint::advance_in_tx(transaction, &behind, self.status, UNFENCED, to).await? {
            return Err(RebuildError::Unavailable(
                "another process works on the same build".into(),
            ));
        }
        // Nobody waits for a build that is not shown.
        let unseen = Fresh::default();
        for lane in &mut self.lanes {
            lane.apply_in_tx(transaction, &entries).await?;
            lane.passed(to, &unseen);
        }
        Ok(())
    }
}

/// The fence of builds that no lease moves.
pub(super) const UNFENCED: i64 = 0;

impl From<LaneError> for RebuildError {
    fn from(error: LaneError) -> Self {
        match error {
            LaneError::Read(error) => error.into(),
            LaneError::Refused(model) => {
                ReadModelError::Damaged(format!("a row of {model} that the database refuses").into()).into()
            }
        }
    }
}
