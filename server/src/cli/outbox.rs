//! `outbox`: outgoing messages.

use anyhow::anyhow;
use clap::Subcommand;
use domain::NomsNumber;
use messaging::outbox::{self, OutboxError};
use sqlx::PgPool;

use super::counted::counted;
use crate::{
    config::Environment,
    database::{Database, Target},
    exit::{Ending, Failure},
    output::output,
};

/// `outbox`.
#[derive(Debug, Subcommand)]
pub enum OutboxCommand {
    /// Show how many messages wait, and for how long.
    Status(Target),
    /// List the prisoners whose messages are parked.
    Parked(Target),
    /// Send a parked prisoner's messages again.
    Retry {
        /// The prisoner's number.
        noms: NomsNumber,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
    /// Discard a parked prisoner's first message and send the others.
    Discard {
        /// The prisoner's number.
        noms: NomsNumber,
        /// The reason; stored with the message.
        #[arg(long)]
        reason: String,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
}

/// Runs `outbox …`.
pub(super) async fn run(command: OutboxCommand) -> Result<Ending, Failure> {
    let (OutboxCommand::Status(target)
    | OutboxCommand::Parked(target)
    | OutboxCommand::Retry { target, .. }
    | OutboxCommand::Discard { target, .. }) = &command;
    let database = Database::open(target).await?;
    let pool = database.connect().await?;
    let ended = match &command {
        OutboxCommand::Status(_) => status(&pool).await,
        OutboxCommand::Parked(_) => parked(&pool).await,
        OutboxCommand::Retry { noms, .. } => retry(&pool, *noms).await,
        OutboxCommand::Discard { noms, reason, .. } => discard(&pool, *noms, reason).await,
    };
    pool.close().await;
    database.close().await?;
    ended
}

async fn status(pool: &PgPool) -> Result<Ending, Failure> {
    let status = outbox::status(pool).await?;
    output!(
        "{}, the oldest for {} s; {}, with {} behind them.",
        counted(status.waiting, "message waits", "messages wait"),
        status.oldest_age.as_secs(),
        counted(status.parked_keys, "prisoner is parked", "prisoners are parked"),
        counted(status.behind_parked, "message", "messages")
    )?;
    Ok(if status.parked_keys == 0 {
        Ending::Done
    } else {
        Ending::NotSo
    })
}

async fn parked(pool: &PgPool) -> Result<Ending, Failure> {
    let parked = outbox::parked(pool).await?;
    for key in &parked {
        output!(
            "{}\tsince position {}\t{}\t{}\t{}\tparked {}",
            key.key,
            key.since,
            counted(key.attempts.into(), "attempt", "attempts"),
            key.code,
            counted(key.waiting, "message waits", "messages wait"),
            key.parked_at.to_rfc3339()
        )?;
    }
    if parked.is_empty() {
        output!("Nobody's messages are parked.")?;
        return Ok(Ending::Done);
    }
    Ok(Ending::NotSo)
}

async fn retry(pool: &PgPool, noms: NomsNumber) -> Result<Ending, Failure> {
    outbox::retry(pool, noms.as_str()).await?;
    output!("The messages of {noms} are on their way again.")?;
    Ok(Ending::Done)
}

async fn discard(pool: &PgPool, noms: NomsNumber, reason: &str) -> Result<Ending, Failure> {
    if reason.trim().is_empty() {
        return Err(Failure::usage(anyhow!("say why: --reason must not be blank")));
    }
    let discarded =
        outbox::discard(pool, noms.as_str(), reason, &Environment::of_process().operator()).await?;
    output!(
        "Given up: the message of position {} (event {}). {} later messages of {noms} are on their way.",
        discarded.position,
        discarded.event_id,
        discarded.released
    )?;
    Ok(Ending::Done)
}

impl From<OutboxError> for Failure {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::NotParked => Self::not_so(error),
            OutboxError::Unexplained => Self::usage(error),
            OutboxError::Database(_) => Self::dependency(error),
        }
    }
}
