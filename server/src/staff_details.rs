//! Names and addresses of POMs change upstream. They are observed again soon after a POM is allocated, and those of every POM
//! once an hour.

use std::{collections::HashSet, sync::Arc, time::Duration};

use commands::{CommandBus, CommandError, Request, access::Principal, operations::ObserveStaff};
use domain::{PrisonCode, StaffId, london_date};
use event_store::{Lease, PostgresLog};
use projections::ReadModels;
use tokio::{
    sync::broadcast::error::RecvError,
    time::{MissedTickBehavior, interval_at, sleep},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How often all are observed.
const INTERVAL: Duration = Duration::from_hours(1);

/// The delay of the first round after the start.
const INITIAL_DELAY: Duration = Duration::from_mins(10);

/// The minimum interval between observations: a POM who gets many cases in that time is observed once.
const MIN_INTERVAL: Duration = Duration::from_secs(2);

/// After how many failures in a row a round ends: then it is the service or the log that fails, and no single POM.
const FAILURES: u32 = 10;

const LEASE: &str = "staff-details";

/// How long the round is one replica's: long enough for the whole of it.
const LEASE_DURATION: Duration = Duration::from_mins(30);

/// What observing needs.
pub(crate) struct StaffDetails {
    bus: CommandBus,
    models: ReadModels,
    log: Arc<PostgresLog>,
    owner: Uuid,
}

impl StaffDetails {
    /// Observing through this bus.
    pub(crate) fn new(bus: &CommandBus, models: &ReadModels, log: &Arc<PostgresLog>) -> Self {
        Self {
            bus: bus.clone(),
            models: models.clone(),
            log: Arc::clone(log),
            owner: Uuid::now_v7(),
        }
    }

    /// Observes until shutdown.
    pub(crate) async fn keep(self, stop: CancellationToken) {
        let mut chosen = self.bus.chosen_poms();
        let now = tokio::time::Instant::now();
        let first = now.checked_add(INITIAL_DELAY).unwrap_or(now);
        let mut ticks = interval_at(first, INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                pom = chosen.recv() => match pom {
                    Ok(pom) => {
                        // Somebody who was given many cases meanwhile is asked about once.
                        let mut poms = HashSet::from([pom]);
                        while let Ok(pom) = chosen.try_recv() {
                            poms.insert(pom);
                        }
                        for pom in poms {
                            drop(stop.run_until_cancelled(self.observe(pom)).await);
                        }
                        stop.run_until_cancelled(sleep(MIN_INTERVAL)).await;
                    }
                    // The next lap finds those who were left out.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
                _ = ticks.tick() => {
                    stop.run_until_cancelled(self.observe_all()).await;
                }
            }
        }
    }

    /// Observes one POM.
    async fn observe(&self, (prison, staff): (PrisonCode, StaffId)) -> Result<(), CommandError> {
        let operation = ObserveStaff { prison, staff };
        let request = Request::new(operation, Principal::system("staff-details"));
        match self.bus.execute(request).await {
            Ok(_) | Err(CommandError::Refused(_)) => Ok(()),
            Err(error) => {
                tracing::warn!(%prison, %error, "a POM's details cannot be observed now");
                Err(error)
            }
        }
    }

    /// Observes every POM, one after the other, on one replica. What fails is tried again the next time.
    async fn observe_all(&self) {
        if !self.is_ours().await {
            return;
        }
        let today = london_date(self.bus.now());
        let mut round = Round::default();
        for prison in domain::prisons() {
            let Ok(code) = prison.code.parse() else {
                continue;
            };
            let Ok(poms) = self.models.poms(code, None, today).await else {
                tracing::warn!("the POMs cannot be read now; their details are observed in an hour");
                return;
            };
            for pom in poms {
                let observed = self.observe((pom.prison, pom.staff_id)).await;
                if !round.goes_on(observed.is_ok()) {
                    tracing::warn!("the details of POMs cannot be observed now; trying again in an hour");
                    return;
                }
            }
        }
    }

    /// One replica makes the round, and keeps its right to it until the next is near.
    async fn is_ours(&self) -> bool {
        let Ok(mut connection) = self.log.pool().acquire().await else {
            return false;
        };
        let held = Lease::acquire(&mut connection, LEASE, self.owner, LEASE_DURATION).await;
        held.is_ok_and(|held| held.is_some())
    }
}

/// How a round over all POMs goes.
#[derive(Default)]
struct Round {
    failures_in_a_row: u32,
}

impl Round {
    /// Takes in whether a POM was observed. The round goes on until too many in a row were not.
    fn goes_on(&mut self, observed: bool) -> bool {
        self.failures_in_a_row = if observed {
            0
        } else {
            self.failures_in_a_row.saturating_add(1)
        };
        self.failures_in_a_row < FAILURES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_goes_on_past_a_failing_pom_and_ends_when_everybody_fails() {
        let mut round = Round::default();
        for _ in 0..FAILURES {
            assert!(round.goes_on(false));
            assert!(round.goes_on(true));
        }
        assert_eq!((1..=FAILURES).find(|_| !round.goes_on(false)), Some(FAILURES));
    }
}
