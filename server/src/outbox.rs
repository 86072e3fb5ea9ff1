//! `outbox`: outgoing messages.

use messaging::outbox::{self, OutboxError};

use crate::{
    cli::{Outbox, Target},
    database::Database,
    exit::{Ending, Failure},
};

/// Runs `outbox …`.
pub(crate) async fn run(command: Outbox) -> Result<Ending, Failure> {
    let (Outbox::Status(target)
    | Outbox::Parked(target)
    | Outbox::Retry { target, .. }
    | Outbox::Discard { target, .. }) = &command;
    let target: &Target = target;
    let database = Database::open(target).await?;
    let pool = database.connect().await?;
    let ended = match &command {
        Outbox::Status(_) => status(&pool).await,
        Outbox::Parked(_) => parked(&pool).await,
        Outbox::Retry { noms, .. } => outbox::retry(&pool, noms.as_str()).await.map(|()| {
            println!("The messages of {noms} are on their way again.");
            Ending::Done
        }),
        Outbox::Discard { noms, reason, .. } => {
            outbox::discard(&pool, noms.as_str(), reason, &operator()).await.map(|discarded| {
                println!(
                    "Given up: the message of position {} (event {}). {} later messages of {noms} are on their way.",
                    discarded.position, discarded.event_id, discarded.released
                );
                Ending::Done
            })
        }
    };
    pool.close().await;
    database.close().await?;
    ended.map_err(|error| match error {
        OutboxError::NotParked | OutboxError::Unexplained => Failure::usage(error),
        OutboxError::Database(_) => Failure::dependency(error),
    })
}

async fn status(pool: &sqlx::PgPool) -> Result<Ending, OutboxError> {
    let status = outbox::status(pool).await?;
    println!(
        "{} messages wait, the oldest for {} s; {} prisoners are parked, with {} messages behind them.",
        status.waiting,
        status.oldest_age.as_secs(),
        status.parked_keys,
        status.behind_parked
    );
    Ok(if status.parked_keys == 0 {
        Ending::Done
    } else {
        Ending::NotSo
    })
}

async fn parked(pool: &sqlx::PgPool) -> Result<Ending, OutboxError> {
    let parked = outbox::parked(pool).await?;
    for key in &parked {
        println!(
            "{}\tsince position {}\t{} attempts\t{}\t{} messages wait\tparked {}",
            key.key,
            key.since,
            key.attempts,
            key.code,
            key.waiting,
            key.parked_at.to_rfc3339()
        );
    }
    Ok(if parked.is_empty() {
        Ending::Done
    } else {
        Ending::NotSo
    })
}

/// Who runs the command, for the trace that it leaves.
pub(crate) fn operator() -> String {
    std::env::var("USER").unwrap_or_else(|_| "operator".to_owned())
}
