//! `inbox`: incoming messages.

use anyhow::anyhow;
use messaging::inbox::{self, OperateError};
use sqlx::PgPool;

use crate::{
    cli::Inbox,
    config::Environment,
    database::Database,
    exit::{Ending, Failure},
    say::say,
    visible::visible,
};

/// Runs `inbox …`.
pub(crate) async fn run(command: Inbox) -> Result<Ending, Failure> {
    let (Inbox::Status(target)
    | Inbox::Parked(target)
    | Inbox::Body { target, .. }
    | Inbox::Retry { target, .. }
    | Inbox::Discard { target, .. }) = &command;
    let database = Database::open(target).await?;
    let pool = database.connect().await?;
    let ended = match &command {
        Inbox::Status(_) => status(&pool).await,
        Inbox::Parked(_) => parked(&pool).await,
        Inbox::Body { message, .. } => body(&pool, *message).await,
        Inbox::Retry { message, .. } => retry(&pool, *message).await,
        Inbox::Discard { message, reason, .. } => discard(&pool, *message, reason).await,
    };
    pool.close().await;
    database.close().await?;
    ended
}

async fn status(pool: &PgPool) -> Result<Ending, Failure> {
    let status = inbox::status(pool).await?;
    say!(
        "{} messages wait, the oldest for {} s; messages about {} prisoners are tried again; {} messages are parked, and messages about {} prisoners wait behind them.",
        status.waiting,
        status.oldest_age.as_secs(),
        status.delayed,
        status.parked,
        status.held
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
        say!(
            "{}\t{}\t{}\treceived {}\t{}\tmessage id {}",
            one.message,
            one.event_type.as_deref().unwrap_or("no type"),
            one.person.as_deref().unwrap_or("nobody named"),
            one.received_at.to_rfc3339(),
            one.reason,
            one.message_id
        )?;
    }
    if parked.is_empty() {
        say!("No message is parked.")?;
        return Ok(Ending::Done);
    }
    Ok(Ending::NotSo)
}

async fn body(pool: &PgPool, message: i64) -> Result<Ending, Failure> {
    let stored = inbox::parked_body(pool, message).await?;
    for line in String::from_utf8_lossy(&stored.body).split('\n') {
        say!("{}", visible(line))?;
    }
    Ok(Ending::Done)
}

async fn retry(pool: &PgPool, message: i64) -> Result<Ending, Failure> {
    let by = Environment::of_process().operator();
    inbox::retry(pool, message, crate::clock::now(), &by).await?;
    say!("Message {message} is taken up again.")?;
    Ok(Ending::Done)
}

async fn discard(pool: &PgPool, message: i64, reason: &str) -> Result<Ending, Failure> {
    if reason.trim().is_empty() {
        return Err(Failure::usage(anyhow!("say why: --reason must not be blank")));
    }
    inbox::discard(pool, message, reason, &Environment::of_process().operator()).await?;
    say!("Message {message} is given up and will never take effect.")?;
    Ok(Ending::Done)
}

impl From<OperateError> for Failure {
    fn from(error: OperateError) -> Self {
        match error {
            OperateError::NotParked => Self::not_so(error),
            OperateError::Unexplained | OperateError::StillNotUnderstood(_) => Self::usage(error),
            OperateError::Database(_) => Self::dependency(error),
        }
    }
}
