//! `process`: process managers.

use clap::Subcommand;
use commands::processes::PROCESSES;
use event_store::follow::{self, FollowError, FollowerStatus};
use sqlx::PgPool;

use crate::{
    database::{Database, Target},
    exit::{Ending, Failure},
    output::output,
};

/// `process`.
#[derive(Debug, Subcommand)]
pub enum ProcessCommand {
    /// How far each process is, what it has left to do, and what failed.
    Status(Target),
    /// What is parked, and why.
    Parked(Target),
    /// Take up again what is parked.
    Retry {
        /// Of which process, by its name in `process status`.
        process: String,
        /// Which, by its key in `process parked`.
        key: String,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
}

/// Runs `process …`.
pub(super) async fn run(command: ProcessCommand) -> Result<Ending, Failure> {
    let (ProcessCommand::Status(target)
    | ProcessCommand::Parked(target)
    | ProcessCommand::Retry { target, .. }) = &command;
    let database = Database::open(target).await?;
    let pool = database.connect().await?;
    let ended = match &command {
        ProcessCommand::Status(_) => status(&pool).await,
        ProcessCommand::Parked(_) => parked(&pool).await,
        ProcessCommand::Retry { process, key, .. } => retry(&pool, process, key).await,
    };
    pool.close().await;
    database.close().await?;
    ended
}

/// How every process is.
pub(super) async fn all(pool: &PgPool) -> Result<Vec<FollowerStatus>, Failure> {
    let mut all = Vec::with_capacity(PROCESSES.len());
    for process in PROCESSES {
        all.push(follow::status(pool, process.name()).await?);
    }
    Ok(all)
}

/// One process in one line.
pub(super) fn line(status: &FollowerStatus) -> String {
    format!(
        "{}: at position {} of {}, {}; {} tasks are due, the oldest for {} s; {} are scheduled; {} failed and are tried again; {} are parked",
        status.name,
        status.position,
        status.head,
        if status.followed { "running" } else { "not running" },
        status.due,
        status.oldest_due.as_secs(),
        status.scheduled,
        status.delayed,
        status.parked
    )
}

async fn status(pool: &PgPool) -> Result<Ending, Failure> {
    let all = all(pool).await?;
    for status in &all {
        output!("{}", line(status))?;
    }
    Ok(if all.iter().all(|status| status.parked == 0) {
        Ending::Done
    } else {
        Ending::NotSo
    })
}

async fn parked(pool: &PgPool) -> Result<Ending, Failure> {
    let mut ending = Ending::Done;
    for process in PROCESSES {
        for task in follow::parked(pool, process.name()).await? {
            ending = Ending::NotSo;
            output!(
                "{}\t{}\tsince {} at position {}\tparked {}\t{}\t{} later tasks wait",
                process.name(),
                task.key,
                task.event_type,
                task.cause,
                task.parked_at.to_rfc3339(),
                task.reason,
                task.waiting
            )?;
        }
    }
    if matches!(ending, Ending::Done) {
        output!("Nothing is parked.")?;
    }
    Ok(ending)
}

async fn retry(pool: &PgPool, process: &str, key: &str) -> Result<Ending, Failure> {
    follow::retry(pool, process, key).await?;
    output!("{process} takes {key} up again.")?;
    Ok(Ending::Done)
}

impl From<FollowError> for Failure {
    fn from(error: FollowError) -> Self {
        match error {
            FollowError::NotParked => Self::not_so(error),
            FollowError::Fenced | FollowError::Damaged(_) | FollowError::Unavailable(_) => {
                Self::dependency(error)
            }
        }
    }
}
