//! `doctor`: what is wrong, and what to do about it.

use std::time::Duration;

use event_store::{Lease, Log, PostgresLog};
use messaging::relay;
use projections::{AwaitingRewrite, BuildStatus, ModelStatus, REWRITE_AFTER};

use crate::{
    cli::Target,
    database::Database,
    exit::{Ending, Failure},
    project,
    say::say,
};

/// Looks at the log, the read models, outbox and inbox, and whether a service works on them; `NotSo` when something wants attention.
pub(crate) async fn examine(target: &Target) -> Result<Ending, Failure> {
    let database = Database::open(target).await?;
    let log = database.sealed_log().await?;
    let head = log.head().await.map_err(Failure::dependency)?;
    say!("log: the newest event is at position {head}")?;
    let models = project::status_of(&log).await?;
    let mut complaints = 0_u32;
    for model in &models {
        say!("read model {}", project::line(model))?;
        if let Some(advice) = advice(model) {
            complaints = complaints.saturating_add(1);
            say!("  -> {advice}")?;
        }
    }
    let behind = models.iter().any(is_left_behind);
    if behind && !somebody_holds(&log, projections::LEASE).await? {
        complaints = complaints.saturating_add(1);
        say!("  -> nobody folds the log: start the service, and the read models catch up by themselves")?;
    }
    let erased = AwaitingRewrite::now(log.pool())
        .await
        .map_err(Failure::dependency)?;
    if let Some(advice) = erased.and_then(|erased| advice_on_files(erased.people(), erased.age)) {
        complaints = complaints.saturating_add(1);
        say!("  -> {advice}")?;
    }
    let outbox = messaging::outbox::status(log.pool())
        .await
        .map_err(Failure::dependency)?;
    say!(
        "outbox: {} messages wait, the oldest for {} s",
        outbox.waiting,
        outbox.oldest_age.as_secs()
    )?;
    if outbox.waiting > outbox.behind_parked && !somebody_holds(&log, relay::LEASE).await? {
        complaints = complaints.saturating_add(1);
        say!(
            "  -> nobody sends them: start the service, without `DISABLE_SNS_PUBLISH`, and they leave by themselves"
        )?;
    }
    if outbox.parked_keys > 0 {
        complaints = complaints.saturating_add(1);
        say!(
            "  -> {} prisoners are parked: see `allocations outbox parked`, then `outbox retry` or `outbox discard`",
            outbox.parked_keys
        )?;
    }
    complaints = complaints.saturating_add(inbox(&log).await?);
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

/// Says how full the inbox is; how many complaints there are.
async fn inbox(log: &PostgresLog) -> Result<u32, Failure> {
    let inbox = messaging::inbox::status(log.pool())
        .await
        .map_err(Failure::dependency)?;
    say!(
        "inbox: {} messages wait, the oldest for {} s",
        inbox.waiting,
        inbox.oldest_age.as_secs()
    )?;
    let mut complaints = 0_u32;
    if inbox.delayed > 0 {
        complaints = complaints.saturating_add(1);
        say!(
            "  -> messages about {} prisoners cannot take effect now and are tried again: the service's log says why",
            inbox.delayed
        )?;
    }
    if inbox.parked > 0 {
        complaints = complaints.saturating_add(1);
        say!(
            "  -> {} messages are parked: see `allocations inbox parked`, then `inbox retry` or `inbox discard`",
            inbox.parked
        )?;
    }
    Ok(complaints)
}

async fn somebody_holds(log: &PostgresLog, lease: &str) -> Result<bool, Failure> {
    let mut connection = log.pool().acquire().await.map_err(Failure::dependency)?;
    Lease::is_held(&mut connection, lease)
        .await
        .map_err(Failure::dependency)
}

/// Whether it would move if a service ran.
fn is_left_behind(model: &ModelStatus) -> bool {
    model.status == BuildStatus::Live && model.position < model.head
}

/// What to do about erased people who should not be in the files any more. A rebuild or an audit may take its time.
fn advice_on_files(people: usize, age: Duration) -> Option<String> {
    (age > REWRITE_AFTER.saturating_mul(2)).then(|| {
        format!(
            "the files still hold what {people} erased people left in them, the first of them erased {} hours ago: \
             `allocations project rewrite` says why the tables were not written anew",
            age.as_secs().div_euclid(3600),
        )
    })
}

/// What to do about a read model that does not move.
fn advice(model: &ModelStatus) -> Option<&'static str> {
    if model.status == BuildStatus::Stopped {
        Some(
            "it stopped on an event that it cannot read: run `allocations audit verify`; \
             if the log is whole, deploy a version that reads the event, then `allocations project rebuild`",
        )
    } else if model.abandoned {
        Some(
            "its rebuild broke off: a running service drops it within a minute, or run `allocations project drop`",
        )
    } else if model.status.is_shown() && model.position > model.head {
        Some(
            "it is ahead of the log, which was restored to an earlier point: run `allocations project rebuild`, \
             then start the service again",
        )
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use event_store::Position;
    use projections::Model;

    use super::*;

    fn at(position: i64, status: BuildStatus, abandoned: bool) -> Option<&'static str> {
        advice(&ModelStatus {
            model: Model::Cases,
            build: 1,
            status,
            position: Position::new(position),
            head: Position::new(7),
            error: None,
            abandoned,
        })
    }

    #[test]
    fn a_read_model_ahead_of_the_log_wants_attention() {
        let live = |position| at(position, BuildStatus::Live, false);
        assert_eq!((live(6), live(7)), (None, None));
        assert!(live(8).is_some_and(|advice| advice.contains("project rebuild")));
    }

    #[test]
    fn erased_people_who_stay_in_the_files_want_attention() {
        assert_eq!(advice_on_files(1, REWRITE_AFTER.saturating_mul(2)), None);
        let late = advice_on_files(3, REWRITE_AFTER.saturating_mul(5));
        assert!(late.is_some_and(|advice| advice.contains("3 erased people") && advice.contains("5 hours")));
    }

    #[test]
    fn a_build_in_the_making_wants_attention_when_its_maker_is_gone() {
        let building = |abandoned| at(0, BuildStatus::Building, abandoned);
        assert_eq!(building(false), None);
        assert!(building(true).is_some_and(|advice| advice.contains("project drop")));
    }
}
