//! The read models as one handle. Each model adds its queries to it.

use std::{sync::Arc, time::Duration};

use domain::policy::PolicyVersion;
use event_store::Position;
use sqlx::PgPool;
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use crate::{
    Model, ModelStatus, ReadModelError, Source,
    engine::{
        checkpoints,
        position_tracker::{PositionTracker, Reached},
        recent_rows::RecentRows,
    },
    subscriptions::turns::Turns,
};

/// The first interval at which a process that does not fold reads the positions again; it doubles each time.
const FIRST_LOOK: Duration = Duration::from_millis(10);
const LONGEST_LOOK: Duration = Duration::from_millis(100);

/// All read models. Cheap to clone.
#[derive(Clone)]
pub struct ReadModels {
    pub(crate) pool: PgPool,
    pub(crate) log: Arc<dyn Source>,
    pub(crate) policy: PolicyVersion,
    pub(crate) tracker: Arc<PositionTracker>,
    pub(crate) recent: Arc<RecentRows>,
    pub(crate) turns: Arc<Turns>,
}

impl ReadModels {
    /// Read models in this database, folded from this log, seen under this version of the policy.
    #[must_use]
    pub fn new(pool: PgPool, log: Arc<dyn Source>, policy: PolicyVersion) -> Self {
        Self {
            pool,
            log,
            policy,
            tracker: Arc::new(PositionTracker::new()),
            recent: Arc::new(RecentRows::new()),
            turns: Arc::new(Turns::new()),
        }
    }

    /// The position that all models have passed, as far as this process knows. A stopped model does not count,
    /// unless messages to other services wait for it, as they do for the allocations.
    #[must_use]
    pub fn position(&self) -> Position {
        self.tracker.position()
    }

    /// [`ReadModels::position`] as it moves. It moves only where a [`crate::Projector`] runs or stands by.
    #[must_use]
    pub fn positions(&self) -> watch::Receiver<Position> {
        self.tracker.positions()
    }

    /// Waits until the models have passed this position; see [`ReadModels::position`] for those that stopped.
    ///
    /// # Errors
    /// [`ReadModelError::NotYetProjected`] after `timeout`, [`ReadModelError::Stopped`] when waiting is of no use.
    pub async fn reached(&self, wanted: Position, timeout: Duration) -> Result<(), ReadModelError> {
        self.wait(&Model::ALL, wanted, timeout).await
    }

    /// Waits until this model has passed this position.
    ///
    /// # Errors
    /// As [`ReadModels::reached`]; also when the model itself stopped before the position.
    pub async fn reached_by(
        &self,
        model: Model,
        wanted: Position,
        timeout: Duration,
    ) -> Result<(), ReadModelError> {
        self.wait(&[model], wanted, timeout).await
    }

    async fn wait(
        &self,
        models: &[Model],
        wanted: Position,
        timeout: Duration,
    ) -> Result<(), ReadModelError> {
        let now = Instant::now();
        let deadline = now.checked_add(timeout).unwrap_or(now);
        let mut changes = self.tracker.watch();
        let mut look = FIRST_LOOK;
        loop {
            changes.mark_unchanged();
            let Some((model, behind)) = self.behind(models, wanted) else {
                return Ok(());
            };
            if behind.stopped {
                return Err(ReadModelError::Stopped {
                    model,
                    at: behind.position,
                });
            }
            let next = if self.tracker.folds_here() {
                deadline
            } else {
                Instant::now().checked_add(look).unwrap_or(deadline).min(deadline)
            };
            if timeout_at(next, changes.changed()).await.is_ok() {
                continue;
            }
            // Another process folds, or this one is slow: the database has the newest positions.
            let mut looked = Ok(());
            if let Some(_looking) = self.tracker.look() {
                looked = self.refresh().await;
            }
            look = look.saturating_mul(2).min(LONGEST_LOOK);
            if Instant::now() >= deadline && self.behind(models, wanted).is_some() {
                looked?;
                return Err(ReadModelError::NotYetProjected {
                    wanted,
                    reached: behind.position,
                });
            }
        }
    }

    /// The first of these models that has not passed the position and that the caller waits for.
    fn behind(&self, models: &[Model], wanted: Position) -> Option<(Model, Reached)> {
        let alone = models.len() == 1;
        let behind = models.iter().map(|model| (*model, self.tracker.of(*model)));
        let mut behind = behind.filter(|(_, reached)| reached.position < wanted);
        behind.find(|(model, reached)| alone || reached.holds_up(*model))
    }

    /// Every build of every model.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn status(&self) -> Result<Vec<ModelStatus>, ReadModelError> {
        checkpoints::status(&self.pool).await
    }

    /// Reads the positions of the models from the database.
    pub(crate) async fn refresh(&self) -> Result<(), ReadModelError> {
        let builds = checkpoints::status(&self.pool).await?;
        self.tracker.note_status(&builds);
        if let Some(build) = builds.first() {
            self.tracker.measure(build.head);
        }
        Ok(())
    }
}
