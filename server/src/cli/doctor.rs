//! `doctor`: reports problems and their remedies.

use crate::database::Target;
use std::{sync::Arc, time::Duration};

use event_store::{DatabaseStatus, Lease, Log, Position, PostgresLog};
use futures::{FutureExt, future::join_all};
use hmpps::UPSTREAMS;
use messaging::relay;
use projections::{AwaitingRewrite, BuildStatus, ModelStatus, REWRITE_AFTER};
use sqlx::PgConnection;

use super::{counted::counted, process, project};
use crate::{
    config::{Environment, configured_upstreams},
    database::Database,
    exit::{Ending, Failure},
    output::output,
};

/// Looks at the database, the log, the read models, outbox, inbox and process managers, and whether a service works on them; `NotSo`
/// when something wants attention.
pub(super) async fn run(target: &Target) -> Result<Ending, Failure> {
    let database = Database::open(target).await?;
    let log = database.sealed_log().await?;
    let mut findings = Findings::default();
    let head = log.head().await.map_err(Failure::dependency)?;
    output!("log: the newest event is at position {head}; `allocations audit verify` checks all of it")?;
    let writable = log.status().await != DatabaseStatus::ReadOnly;
    if !writable {
        findings.add(
            "the database takes no writes: it is read-only (see `show default_transaction_read_only`) or a standby. Nothing is \
             recorded or folded until it does, and services are not ready",
        )?;
    }
    // A standby does not know who works on its primary.
    let workers = if writable {
        Some(Workers::of(&log).await?)
    } else {
        None
    };
    if let Some(workers) = workers {
        output!("service: {}", workers.told())?;
    }
    examine_models(&log, head, workers, &mut findings).await?;
    examine_outbox(&log, workers, &mut findings).await?;
    examine_inbox(&log, workers, &mut findings).await?;
    examine_processes(&log, writable, &mut findings).await?;
    examine_upstreams(&mut findings).await?;
    log.pool().close().await;
    database.close().await?;
    findings.conclude(workers.is_some_and(Workers::are_none))
}

async fn examine_models(
    log: &Arc<PostgresLog>,
    head: Position,
    workers: Option<Workers>,
    findings: &mut Findings,
) -> Result<(), Failure> {
    let models = project::status_of(log).await?;
    if models.is_empty() && head > Position::START {
        findings
            .add("there are no read models yet: start the service, or run `allocations project rebuild`")?;
    }
    for model in &models {
        output!("read model {}", project::line(model))?;
        if let Some(advice) = advice(model) {
            findings.add(advice)?;
        }
    }
    if models.iter().any(is_left_behind) && workers.is_some_and(|workers| !workers.fold) {
        findings
            .add("nobody folds the log: start the service, and the read models catch up by themselves")?;
    }
    let erased = AwaitingRewrite::now(log.pool())
        .await
        .map_err(Failure::dependency)?;
    if let Some(advice) = erased.and_then(|erased| advice_on_files(erased.people(), erased.age)) {
        findings.add(&advice)?;
    }
    Ok(())
}

async fn examine_outbox(
    log: &PostgresLog,
    workers: Option<Workers>,
    findings: &mut Findings,
) -> Result<(), Failure> {
    let outbox = messaging::outbox::status(log.pool())
        .await
        .map_err(Failure::dependency)?;
    output!(
        "outbox: {}, the oldest for {} s",
        counted(outbox.waiting, "message waits", "messages wait"),
        outbox.oldest_age.as_secs()
    )?;
    if outbox.waiting > outbox.behind_parked && workers.is_some_and(|workers| !workers.send) {
        findings.add(
            "nobody sends them: start the service, without `DISABLE_SNS_PUBLISH`, and they leave by themselves",
        )?;
    }
    if outbox.parked_keys > 0 {
        findings.add(&format!(
            "{}: see `allocations outbox parked`, then `outbox retry` or `outbox discard`",
            counted(outbox.parked_keys, "prisoner is parked", "prisoners are parked")
        ))?;
    }
    Ok(())
}

async fn examine_inbox(
    log: &PostgresLog,
    workers: Option<Workers>,
    findings: &mut Findings,
) -> Result<(), Failure> {
    let inbox = messaging::inbox::status(log.pool())
        .await
        .map_err(Failure::dependency)?;
    output!(
        "inbox: {}, the oldest for {} s",
        counted(inbox.waiting, "message waits", "messages wait"),
        inbox.oldest_age.as_secs()
    )?;
    if inbox.waiting > 0 && workers.is_some_and(Workers::are_none) {
        findings.add("nobody works on them: start the service, and they take effect by themselves")?;
    }
    if inbox.delayed > 0 {
        findings.add(&format!(
            "messages about {} cannot take effect now and are tried again: the service's log says why",
            counted(inbox.delayed, "prisoner", "prisoners")
        ))?;
    }
    if inbox.parked > 0 {
        findings.add(&format!(
            "{}: see `allocations inbox parked`, then `inbox retry` or `inbox discard`",
            counted(inbox.parked, "message is parked", "messages are parked")
        ))?;
    }
    Ok(())
}

async fn examine_processes(
    log: &PostgresLog,
    writable: bool,
    findings: &mut Findings,
) -> Result<(), Failure> {
    for status in process::all(log.pool()).await? {
        output!("process {}", process::line(&status))?;
        // A standby does not know who works on its primary.
        if writable && !status.followed && (status.lag() > 0 || status.due > 0) {
            findings.add("nobody runs it: start the service, and it catches up by itself")?;
        }
        if status.delayed > 0 {
            findings.add(&format!(
                "{} tasks cannot be done now and are tried again: the service's log says why",
                status.delayed
            ))?;
        }
        if status.parked > 0 {
            findings.add(&format!(
                "{} tasks are parked: see `allocations process parked`, then `process retry`",
                status.parked
            ))?;
        }
    }
    Ok(())
}

/// Pings the upstream services that have an address.
async fn examine_upstreams(findings: &mut Findings) -> Result<(), Failure> {
    let settings = configured_upstreams(Environment::of_process()).map_err(Failure::usage)?;
    let http = hmpps::http_client().map_err(Failure::dependency)?;
    let pings = UPSTREAMS.iter().filter_map(|row| {
        let address = settings.address(row)?;
        Some(hmpps::ping(&http, address).map(move |ping| (row, ping)))
    });
    for (row, ping) in join_all(pings).await {
        output!("{}: {}", row.name, ping.detail)?;
        if !ping.up {
            findings.add(&format!(
                "{} is down, or {} names another address: what needs it is refused or waits until it answers",
                row.name,
                row.variables.join(" or ")
            ))?;
        }
    }
    Ok(())
}

/// The problems that were found.
#[derive(Debug, Default)]
struct Findings(u32);

impl Findings {
    fn add(&mut self, finding: &str) -> Result<(), Failure> {
        self.0 = self.0.saturating_add(1);
        output!("  -> {finding}")
    }

    fn conclude(self, nothing_runs: bool) -> Result<Ending, Failure> {
        if self.0 > 0 {
            output!("See the lines with an arrow.")?;
            return Ok(Ending::NotSo);
        }
        output!(
            "{}",
            if nothing_runs {
                "No service runs, and nothing waits for one."
            } else {
                "Nothing wants attention."
            }
        )?;
        Ok(Ending::Done)
    }
}

/// The work that some living service does.
#[derive(Debug, Clone, Copy)]
struct Workers {
    fold: bool,
    send: bool,
}

impl Workers {
    async fn of(log: &PostgresLog) -> Result<Self, Failure> {
        let mut connection = log.pool().acquire().await.map_err(Failure::dependency)?;
        let held = async |connection: &mut PgConnection, lease| {
            Lease::is_held(connection, lease)
                .await
                .map_err(Failure::dependency)
        };
        Ok(Self {
            fold: held(&mut connection, projections::LEASE).await?,
            send: held(&mut connection, relay::LEASE).await?,
        })
    }

    const fn are_none(self) -> bool {
        !self.fold && !self.send
    }

    const fn told(self) -> &'static str {
        match (self.fold, self.send) {
            (true, true) => "one folds the log and sends messages",
            (true, false) => "one folds the log; none sends messages",
            (false, true) => "one sends messages; none folds the log",
            (false, false) => "none runs",
        }
    }
}

/// Whether it would catch up if a service ran.
fn is_left_behind(model: &ModelStatus) -> bool {
    model.status == BuildStatus::Live && model.position < model.head
}

/// The remedy for erased people who should no longer be in the files. A rebuild or an audit may delay the rewrite.
fn advice_on_files(people: usize, age: Duration) -> Option<String> {
    (age > REWRITE_AFTER.saturating_mul(2)).then(|| {
        format!(
            "the files still hold what {people} erased people left in them, the first of them erased {} hours ago: \
             `allocations project rewrite` says why the tables were not written anew",
            age.as_secs().div_euclid(3600),
        )
    })
}

/// The remedy for a read model that does not move.
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
