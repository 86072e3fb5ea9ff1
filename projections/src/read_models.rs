//! Everything that is read, in one place.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::NaiveDate;
use domain::{NomsNumber, PrisonCode, StaffId, policy::PolicyVersion};
use event_store::Position;
use sqlx::PgPool;
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use crate::{
    AllocationView, CasePage, CaseQuery, CaseView, Contract, Model, ModelStatus, PomGroup, PomView,
    PrisonCounts, ReadModelError, Source,
    engine::{
        checkpoints,
        progress::{Progress, Reached},
        recent_rows::{Place, RecentRows},
    },
    models::{allocations, cases, poms},
    subscriptions::turns::Turns,
};

/// How long a contract question waits for the read model before it says that it lags.
const CONTRACT_PATIENCE: Duration = Duration::from_secs(1);
/// How soon a process that does not fold looks again how far the models are; doubled with every look.
const FIRST_LOOK: Duration = Duration::from_millis(10);
const LONGEST_LOOK: Duration = Duration::from_millis(100);

/// Everything that is read. Cheap to clone.
#[derive(Clone)]
pub struct ReadModels {
    pub(crate) pool: PgPool,
    pub(crate) log: Arc<dyn Source>,
    pub(crate) policy: PolicyVersion,
    pub(crate) progress: Arc<Progress>,
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
            progress: Arc::new(Progress::new()),
            recent: Arc::new(RecentRows::default()),
            turns: Arc::new(Turns::new()),
        }
    }

    /// What all models have passed, as far as this process knows. A model that stopped does not count, unless it is the
    /// one of allocations, on which messages to other services rest.
    #[must_use]
    pub fn position(&self) -> Position {
        self.progress.position()
    }

    /// [`ReadModels::position`] as it moves. It moves only where a [`crate::Projector`] runs or stands by.
    #[must_use]
    pub fn positions(&self) -> watch::Receiver<Position> {
        self.progress.positions()
    }

    /// Waits until the models have passed this position; see [`ReadModels::position`] for those that stopped.
    ///
    /// # Errors
    /// [`ReadModelError::NotYetProjected`] when patience ends, [`ReadModelError::Stopped`] when waiting is of no use.
    pub async fn reached(&self, wanted: Position, patience: Duration) -> Result<(), ReadModelError> {
        self.wait(&Model::ALL, wanted, patience).await
    }

    /// Waits until this model has passed this position.
    ///
    /// # Errors
    /// As [`ReadModels::reached`]; also when the model itself stopped before the position.
    pub async fn reached_by(
        &self,
        model: Model,
        wanted: Position,
        patience: Duration,
    ) -> Result<(), ReadModelError> {
        self.wait(&[model], wanted, patience).await
    }

    async fn wait(
        &self,
        models: &[Model],
        wanted: Position,
        patience: Duration,
    ) -> Result<(), ReadModelError> {
        let now = Instant::now();
        let deadline = now.checked_add(patience).unwrap_or(now);
        let mut changes = self.progress.watch();
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
            let next = if self.progress.folds_here() {
                deadline
            } else {
                Instant::now().checked_add(look).unwrap_or(deadline).min(deadline)
            };
            if timeout_at(next, changes.changed()).await.is_ok() {
                continue;
            }
            // Another process folds, or this one is slow: the database knows better.
            let mut looked = Ok(());
            if let Some(_looking) = self.progress.look() {
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

    /// The first of these models that waiting is about.
    fn behind(&self, models: &[Model], wanted: Position) -> Option<(Model, Reached)> {
        let alone = models.len() == 1;
        let behind = models.iter().map(|model| (*model, self.progress.of(*model)));
        let mut behind = behind.filter(|(_, reached)| reached.position < wanted);
        behind.find(|(model, reached)| !reached.stopped || alone || *model == Model::Allocations)
    }

    /// Every build of every model.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn status(&self) -> Result<Vec<ModelStatus>, ReadModelError> {
        checkpoints::status(&self.pool).await
    }

    /// A prisoner's allocation; none for someone who was never allocated.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn allocation(&self, noms: NomsNumber) -> Result<Option<AllocationView>, ReadModelError> {
        Ok(self.allocations(&[noms]).await?.remove(&noms))
    }

    /// A prisoner's allocation at this version of its stream or a later one, if this process folded it lately: then those
    /// who have just changed it need not ask the database.
    #[must_use]
    pub fn recent_allocation(&self, noms: NomsNumber, version: u64) -> Option<AllocationView> {
        self.recent.allocation(noms, version)
    }

    /// Whose prisoner somebody is, as [`ReadModels::places`] answers it, at this position or a later one, if this process
    /// folded it lately.
    #[must_use]
    pub fn recent_place(&self, noms: NomsNumber, position: Position) -> Option<Place> {
        self.recent.place(noms, position)
    }

    /// Whose prisoners they are: of the prison that holds them, or, while none does, of the prison where their case was
    /// allocated last. Those of no prison are left out.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn places(
        &self,
        noms: &[NomsNumber],
    ) -> Result<HashMap<NomsNumber, PrisonCode>, ReadModelError> {
        cases::places(&self.pool, noms).await
    }

    /// The allocations of these prisoners, as far as they were ever allocated.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn allocations(
        &self,
        noms: &[NomsNumber],
    ) -> Result<HashMap<NomsNumber, AllocationView>, ReadModelError> {
        allocations::by_noms(&self.pool, noms).await
    }

    /// A prisoner's case on a London date; none for someone who was never observed.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn case(&self, noms: NomsNumber, today: NaiveDate) -> Result<Option<CaseView>, ReadModelError> {
        cases::by_noms(&self.pool, self.policy, noms, today).await
    }

    /// A page of a list of cases, with the total of the list.
    ///
    /// # Errors
    /// [`ReadModelError::BadCursor`], or when the database cannot answer.
    pub async fn cases(&self, query: &CaseQuery) -> Result<CasePage, ReadModelError> {
        cases::cases(&self.pool, self.policy, query).await
    }

    /// A POM at a prison on a London date; none for someone who neither was a POM there nor has a part in a case there.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn pom(
        &self,
        prison: PrisonCode,
        staff: StaffId,
        today: NaiveDate,
    ) -> Result<Option<PomView>, ReadModelError> {
        poms::pom(&self.pool, self.policy, prison, staff, today).await
    }

    /// The POMs of a prison by name: those of a group, or without one everybody who is a POM there now.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn poms(
        &self,
        prison: PrisonCode,
        group: Option<PomGroup>,
        today: NaiveDate,
    ) -> Result<Vec<PomView>, ReadModelError> {
        poms::poms(&self.pool, self.policy, prison, group, today).await
    }

    /// How many cases are in each list of a prison on a London date.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn prison_counts(
        &self,
        prison: PrisonCode,
        today: NaiveDate,
    ) -> Result<PrisonCounts, ReadModelError> {
        cases::prison_counts(&self.pool, self.policy, prison, today).await
    }

    /// The allocation as other services read it. When the prisoner's stream is ahead of the read model it waits for up
    /// to a second.
    ///
    /// # Errors
    /// [`ReadModelError::NotYetProjected`] or [`ReadModelError::Stopped`] rather than an answer that is not true any more.
    pub async fn contract(&self, noms: NomsNumber) -> Result<Contract, ReadModelError> {
        let answer = allocations::read_contract(&self.pool, noms).await?;
        let Some(missing) = answer.missing else {
            return Ok(answer.contract);
        };
        self.reached_by(Model::Allocations, missing, CONTRACT_PATIENCE)
            .await?;
        // Whatever was recorded since then is news that nobody can have been told of yet.
        Ok(allocations::read_contract(&self.pool, noms).await?.contract)
    }
}
