//! `inbox`: incoming messages.

use anyhow::anyhow;
use clap::Subcommand;
use messaging::inbox::{self, OperateError};
use sqlx::PgPool;

use super::{counted::counted, visible::visible};
use crate::{
    config::Environment,
    database::{Database, Target},
    exit::{Ending, Failure},
    output::output,
};

/// `inbox`.
#[derive(Debug, Subcommand)]
pub enum InboxCommand {
    /// Show how many messages wait, and for how long.
    Status(Target),
    /// List the parked messages with their reasons.
    Parked(Target),
    /// Print the body of a parked message as it was received.
    Body {
        /// The number at the front of the message's line in `inbox parked`; not its message id.
        #[arg(value_parser = number)]
        message: i64,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
    /// Process a parked message again.
    Retry {
        /// The number at the front of the message's line in `inbox parked`; not its message id.
        #[arg(value_parser = number)]
        message: i64,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
    /// Discard a parked message; later messages about its prisoner are then processed.
    Discard {
        /// The number at the front of the message's line in `inbox parked`; not its message id.
        #[arg(value_parser = number)]
        message: i64,
        /// The reason; stored with the message.
        #[arg(long)]
        reason: String,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
}

/// The number of a parked message.
fn number(text: &str) -> Result<i64, &'static str> {
    text.parse().map_err(
        |_| "give the number at the front of its line in `allocations inbox parked`, not its message id",
    )
}

/// Runs `inbox …`.
pub(super) async fn run(command: InboxCommand) -> Result<Ending, Failure> {
    let (InboxCommand::Status(target)
    | InboxCommand::Parked(target)
    | InboxCommand::Body { target, .. }
    | InboxCommand::Retry { target, .. }
    | InboxCommand::Discard { target, .. }) = &command;
    let database = Database::open(target).await?;
    let pool = database.connect().await?;
    let ended = match &command {
        InboxCommand::Status(_) => status(&pool).await,
        InboxCommand::Parked(_) => parked(&pool).await,
        InboxCommand::Body { message, .. } => body(&pool, *message).await,
        InboxCommand::Retry { message, .. } => retry(&pool, *message).await,
        InboxCommand::Discard { message, reason, .. } => discard(&pool, *message, reason).await,
    };
    pool.close().await;
    database.close().await?;
    ended
}

async fn status(pool: &PgPool) -> Result<Ending, Failure> {
    let status = inbox::status(pool).await?;
    output!(
        "{}, the oldest for {} s; messages about {} are tried again; {}, and messages about {} wait behind them.",
        counted(status.waiting, "message waits", "messages wait"),
        status.oldest_age.as_secs(),
        counted(status.delayed, "prisoner", "prisoners"),
        counted(status.parked, "message is parked", "messages are parked"),
        counted(status.held, "prisoner", "prisoners")
    )?;
    Ok(if status.parked == 0 {
        Ending::Done
    } else {
        Ending::NotSo
    })
}

async fn parked(pool: &PgPool) -> Result<Ending, Failure> {
    let parked = inbox::parked(pool).await?;
    for one in &parked {
        output!(
            "number {}\t{}\t{}\treceived {}\t{}\tmessage id {}",
            one.message,
            one.event_type.as_deref().unwrap_or("no type"),
            one.person.as_deref().unwrap_or("nobody named"),
            one.received_at.to_rfc3339(),
            one.reason,
            one.message_id
        )?;
    }
    if parked.is_empty() {
        output!("No message is parked.")?;
        return Ok(Ending::Done);
    }
    Ok(Ending::NotSo)
}

async fn body(pool: &PgPool, message: i64) -> Result<Ending, Failure> {
    let stored = inbox::parked_body(pool, message).await?;
    for line in String::from_utf8_lossy(&stored.body).split('\n') {
        output!("{}", visible(line))?;
    }
    Ok(Ending::Done)
}

async fn retry(pool: &PgPool, message: i64) -> Result<Ending, Failure> {
    let by = Environment::of_process().operator();
    inbox::retry(pool, message, crate::clock::now(), &by).await?;
    output!("Message {message} is taken up again.")?;
    Ok(Ending::Done)
}

async fn discard(pool: &PgPool, message: i64, reason: &str) -> Result<Ending, Failure> {
    if reason.trim().is_empty() {
        return Err(Failure::usage(anyhow!("say why: --reason must not be blank")));
    }
    inbox::discard(pool, message, reason, &Environment::of_process().operator()).await?;
    output!("Message {message} is given up and will never take effect.")?;
    Ok(Ending::Done)
}

impl From<OperateError> for Failure {
    fn from(error: OperateError) -> Self {
        match error {
            OperateError::NotParked | OperateError::StillNotUnderstood(_) => Self::not_so(error),
            OperateError::Unexplained => Self::usage(error),
            OperateError::Database(_) => Self::dependency(error),
        }
    }
}
