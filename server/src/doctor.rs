//! `doctor`: what is wrong, and what to do about it.

use event_store::Log;
use projections::BuildStatus;

use crate::{
    cli::Target,
    database::Database,
    exit::{Ending, Failure},
    project,
    say::say,
};

/// Looks at the log, the read models and the outbox; `NotSo` when something wants attention.
pub(crate) async fn examine(target: &Target) -> Result<Ending, Failure> {
    let database = Database::open(target).await?;
    let log = database.sealed_log().await?;
    let head = log.head().await.map_err(Failure::dependency)?;
    say!("log: the newest event is at position {head}")?;
    let models = project::status_of(&log).await?;
    let mut complaints = 0_u32;
    for model in &models {
        say!("read model {}", project::line(model))?;
        if model.status == BuildStatus::Stopped {
            complaints = complaints.saturating_add(1);
            say!(
                "  -> it stopped on an event that it cannot read: run `allocations audit verify`; \
                 if the log is whole, deploy a version that reads the event, then `allocations project rebuild`"
            )?;
        }
    }
    let outbox = messaging::outbox::status(log.pool())
        .await
        .map_err(Failure::dependency)?;
    say!(
        "outbox: {} messages wait, the oldest for {} s",
        outbox.waiting,
        outbox.oldest_age.as_secs()
    )?;
    if outbox.parked_keys > 0 {
        complaints = complaints.saturating_add(1);
        say!(
            "  -> {} prisoners are parked: see `allocations outbox parked`, then `outbox retry` or `outbox discard`",
            outbox.parked_keys
        )?;
    }
    log.pool().close().await;
    database.close().await?;
    say!(
        "{}",
        if complaints == 0 {
            "Nothing wants attention."
        } else {
            "See the lines with an arrow."
        }
    )?;
    Ok(if complaints == 0 {
        Ending::Done
    } else {
        Ending::NotSo
    })
}
