//! Builds read models again beside the ones in use. The log is read once, folded in memory and written in bulk; then
//! one transaction shows readers the new builds.
//!
//! A rebuild writes no messages and no events, so nobody notices more of it than its load.

mod builds;
mod catch_up;
mod copy_out;
mod partitions;
mod rewrite;
mod tuples;

use std::{
    convert::Infallible,
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use event_store::{KeyringError, Position, PostgresLog, ReadError};
use futures::future::try_join_all;
use sqlx::PgPool;

use self::partitions::{Load, Partition};
use crate::{
    Model, Poison, ReadModelError,
    engine::checkpoints::{self, Checkpoint},
    error::described,
};

pub use builds::{drop_build, switch};
pub use rewrite::{AwaitingRewrite, rewrite};

/// The interval at which a rebuild reports that it is at work. After a minute without a report its builds are
/// dropped.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// The settings of a rebuild.
#[derive(Clone, Copy)]
pub struct RebuildOptions<'a> {
    /// The models.
    pub models: &'a [Model],
    /// Keep the builds that were shown before, for `switch`; otherwise they are dropped.
    pub keep_previous: bool,
    /// Threads that decode and fold.
    pub workers: usize,
    /// Called often with the progress.
    pub progress: &'a (dyn Fn(RebuildProgress) + Send + Sync),
}

/// The progress of a rebuild.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RebuildProgress {
    /// The present phase.
    pub phase: RebuildPhase,
    /// Events read, or rows written.
    pub done: u64,
    /// The total of events or rows.
    pub total: u64,
}

/// The phases of a rebuild.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RebuildPhase {
    /// Reading and folding the log.
    Folding,
    /// Writing rows, and making the indexes of each model whose rows are written.
    Writing,
    /// Folding what was recorded meanwhile.
    CatchingUp,
    /// Showing the new builds to readers.
    Switching,
}

/// The result of a rebuild.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RebuildReport {
    /// Events read from the log in bulk.
    pub events: u64,
    /// The new build of each model, with its rows.
    pub builds: Vec<(Model, i32, u64)>,
    /// The position at which readers were shown the new builds.
    pub position: Position,
    /// The time that reading and folding took.
    pub folding: Duration,
    /// The time that the whole rebuild took.
    pub elapsed: Duration,
}

/// A rebuild or a switch was given up; readers see what they saw before.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// An event cannot be folded.
    #[error("{0}; the old builds stay in use")]
    Poison(#[from] Poison),
    /// The log has a gap.
    #[error("the log is damaged after position {0}: stop, and run `allocations audit verify`")]
    Damaged(Position),
    /// There is no such build, or readers see it already.
    #[error("{model} has no build {build} that can be used for this: see `allocations project status`")]
    NoSuchBuild {
        /// The model.
        model: Model,
        /// The build.
        build: i32,
    },
    /// Long-running reads kept the view busy.
    #[error("readers kept {0} busy: try again in a moment")]
    Busy(Model),
    /// Another build of the model is being built.
    #[error("a rebuild of {0} is at work: try again when it is done")]
    Rebuilding(Model),
    /// Rows still hold data of erased people.
    #[error(
        "{0} has not forgotten everybody who was erased: a running service sees to it within a minute; then try again"
    )]
    NotForgotten(Model),
    /// The keys of personal data could not be read.
    #[error(transparent)]
    Keys(#[from] KeyringError),
    /// A read model could not be read or written.
    #[error(transparent)]
    ReadModel(#[from] ReadModelError),
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// The database failed.
    #[error("the read models cannot be rebuilt now: {0}")]
    Unavailable(std::sync::Arc<str>),
}

impl From<sqlx::Error> for RebuildError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(described(&error))
    }
}

impl fmt::Debug for RebuildOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RebuildOptions")
            .field("models", &self.models)
            .finish_non_exhaustive()
    }
}

/// Rebuilds these models in one pass over the log, and shows the new builds.
///
/// # Errors
/// When an event cannot be folded, or the log or the database cannot be read or written. What was built is dropped.
pub async fn rebuild(log: &PostgresLog, options: RebuildOptions<'_>) -> Result<RebuildReport, RebuildError> {
    let begun = Instant::now();
    let mut models = options.models.to_vec();
    models.sort_unstable();
    models.dedup();
    let checkpoints = builds::create(log.pool(), &models).await?;
    let filled = tokio::select! {
        filled = fill(log, options, checkpoints.clone(), begun) => filled,
        never = signs_of_life(log.pool(), &checkpoints) => match never {},
    };
    match filled {
        Ok(report) => {
            // The new builds hold the data of people who were erased during the rebuild.
            if let Err(error) = log.keyring().remind_of_erasures().await {
                tracing::warn!(%error, "people erased during the rebuild are forgotten within a minute only");
            }
            Ok(report)
        }
        Err(error) => {
            drop_unfinished(log.pool(), checkpoints).await;
            Err(error)
        }
    }
}

async fn drop_unfinished(pool: &PgPool, checkpoints: Vec<Checkpoint>) {
    for checkpoint in checkpoints {
        if let Err(left) = drop_build(pool, checkpoint.model, checkpoint.build).await {
            tracing::warn!(error = %left, model = %checkpoint.model, build = checkpoint.build, "an unfinished build was left");
        }
    }
}

/// Reports again and again that these builds are being built.
async fn signs_of_life(pool: &PgPool, checkpoints: &[Checkpoint]) -> Infallible {
    loop {
        tokio::time::sleep(SIGN_OF_LIFE).await;
        if let Err(error) = checkpoints::touch(pool, checkpoints).await {
            tracing::warn!(%error, "the rebuild could not say that it is at work");
        }
    }
}

async fn fill(
    log: &PostgresLog,
    options: RebuildOptions<'_>,
    mut checkpoints: Vec<Checkpoint>,
    begun: Instant,
) -> Result<RebuildReport, RebuildError> {
    let models: Vec<Model> = checkpoints.iter().map(|checkpoint| checkpoint.model).collect();
    let folded = copy_out::fold_log(log, &models, options).await?;
    let folding = begun.elapsed();
    let builds = write(log, &checkpoints, folded.partitions, folded.position, options).await?;
    for checkpoint in &mut checkpoints {
        checkpoint.position = folded.position;
    }
    (options.progress)(RebuildProgress {
        phase: RebuildPhase::CatchingUp,
        done: 0,
        total: 0,
    });
    let position = builds::show(log, &checkpoints, options).await?;
    Ok(RebuildReport {
        events: folded.events,
        builds,
        position,
        folding,
        elapsed: begun.elapsed(),
    })
}

/// Writes all builds at the same time: while one waits for its indexes, the rows of another are on their way.
async fn write(
    log: &PostgresLog,
    checkpoints: &[Checkpoint],
    mut partitions: Vec<Partition>,
    position: Position,
    options: RebuildOptions<'_>,
) -> Result<Vec<(Model, i32, u64)>, RebuildError> {
    let loads: Vec<(Checkpoint, Load)> = checkpoints
        .iter()
        .map(|checkpoint| (*checkpoint, Load::of(checkpoint.model, &mut partitions)))
        .collect();
    drop(partitions);
    let total = loads
        .iter()
        .map(|(_, load)| load.rows())
        .fold(0, u64::saturating_add);
    let done = AtomicU64::new(0);
    let written = |rows| {
        let before = done.fetch_add(rows, Ordering::Relaxed);
        (options.progress)(RebuildProgress {
            phase: RebuildPhase::Writing,
            done: before.saturating_add(rows),
            total,
        });
    };
    let building = loads.into_iter().map(|(checkpoint, load)| async move {
        let rows = builds::write(log.pool(), checkpoint, load, &written).await?;
        builds::index(log.pool(), checkpoint, position).await?;
        Ok((checkpoint.model, checkpoint.build, rows))
    });
    try_join_all(building).await
}
