//! Keeps the read models up to date. One process at a time does it, by lease; the others stand by.

use std::{io, thread, time::Duration};

use event_store::Lease;
use tokio::{
    runtime,
    sync::oneshot,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    ReadModels,
    engine::{batch_error::BatchError, batch_runner::BatchRunner, checkpoints, erasure::Erasures},
};

/// The name of the lease that the folding process holds.
pub const LEASE: &str = "projector";

/// One connection for the steps, and one for other reads.
const CONNECTIONS: u32 = 2;

/// Makes Postgres plan a step once. A step touches rows by their keys, so one plan serves every size, and planning
/// again would cost more than the step. The tables may be empty when Postgres plans, so plans that suit only empty
/// tables are off.
const PLANNED_ONCE: [(&str, &str); 4] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
];

/// The settings of a projector.
#[derive(Debug, Clone)]
pub struct ProjectorOptions {
    /// The identity of this process.
    pub owner: Uuid,
    /// The lifetime of a lease that is not renewed: the longest pause after a crash.
    pub lease: Duration,
    /// The interval at which a process that stands by reads the positions and tries to get the lease.
    pub standby: Duration,
}

impl ProjectorOptions {
    /// The usual times for this owner: a lease of 5 s, and 100 ms between two attempts to get it.
    #[must_use]
    pub const fn new(owner: Uuid) -> Self {
        Self {
            owner,
            lease: Duration::from_secs(5),
            standby: Duration::from_millis(100),
        }
    }
}

/// Advances the live read models.
pub struct Projector {
    models: ReadModels,
    options: ProjectorOptions,
}

/// A running projector. Dropping the handle ends it; [`ProjectorHandle::stop`] also releases the lease at once.
pub struct ProjectorHandle {
    cancelled: CancellationToken,
    end: oneshot::Receiver<()>,
}

impl ProjectorHandle {
    /// Ends the work after the present batch and releases the lease.
    pub async fn stop(mut self) {
        self.cancelled.cancel();
        if (&mut self.end).await.is_err() {
            tracing::error!("the projector ended abnormally");
        }
    }
}

impl Drop for ProjectorHandle {
    fn drop(&mut self) {
        self.cancelled.cancel();
    }
}

impl Projector {
    /// Starts a projector that runs until the handle is stopped or dropped.
    ///
    /// It has its own thread and connections, because every mutation waits for it: among the tasks of a busy
    /// service, the answers of Postgres would wait to be polled.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn start(models: &ReadModels, options: ProjectorOptions) -> io::Result<ProjectorHandle> {
        let cancelled = CancellationToken::new();
        let (ended, end) = oneshot::channel();
        let (models, stop) = (models.clone(), cancelled.clone());
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new()
            .name("projector".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    let projector = Self::with_own_connections(models, options);
                    projector.run(&stop).await;
                });
                ended.send(()).unwrap_or_default();
            })?;
        Ok(ProjectorHandle { cancelled, end })
    }

    fn with_own_connections(models: ReadModels, options: ProjectorOptions) -> Self {
        let pool = models.pool.options().clone().max_connections(CONNECTIONS);
        let login = (*models.pool.connect_options()).clone();
        let pool = pool.connect_lazy_with(login.options(PLANNED_ONCE));
        let log = models.log.apart();
        Self {
            models: ReadModels { pool, log, ..models },
            options,
        }
    }

    async fn run(self, stop: &CancellationToken) {
        let mut backoff = Backoff::new(self.options.standby);
        while !stop.is_cancelled() {
            let mut went_well = false;
            let turn = self.turn(stop, &mut went_well).await;
            if went_well || turn.is_ok() {
                backoff.reset();
            }
            let pause = match turn {
                Ok(()) => self.options.standby,
                Err(error) => {
                    let pause = backoff.after_failure();
                    tracing::warn!(%error, ?pause, "the read models are not moving; trying again");
                    pause
                }
            };
            stop.run_until_cancelled(tokio::time::sleep(pause)).await;
        }
        self.models.pool.close().await;
    }

    /// Leads as long as it can, or reads the leader's positions once. `went_well` becomes true once the log was
    /// read and folded, whatever ended the turn.
    async fn turn(&self, stop: &CancellationToken, went_well: &mut bool) -> Result<(), BatchError> {
        let mut connection = self.models.pool.acquire().await?;
        let lease = Lease::acquire(&mut connection, LEASE, self.options.owner, self.options.lease).await?;
        let Some(lease) = lease else {
            drop(connection);
            return Ok(self.models.refresh().await?);
        };
        checkpoints::register(&mut connection).await?;
        drop(connection);
        tracing::info!(fence = lease.fence, "this process folds the read models");
        self.models.log.forget_newest();
        let mut runner = match BatchRunner::take_over(&self.models, lease.clone()).await {
            Ok(runner) => runner,
            Err(error) => {
                self.give_up(lease).await;
                return Err(error);
            }
        };
        self.models.refresh().await?;
        self.models.tracker.set_folds_here(true);
        let led = self.lead(&mut runner, stop, went_well).await;
        self.models.tracker.set_folds_here(false);
        self.give_up(runner.into_lease()).await;
        match led {
            Err(BatchError::Superseded) => {
                tracing::info!(
                    "the read models are folded by another process, another build is shown, or the log has lost its end"
                );
                Ok(())
            }
            other => other,
        }
    }

    /// Folds batches until the process stops, or a batch fails because another build is shown or the lease is
    /// lost.
    async fn lead(
        &self,
        runner: &mut BatchRunner,
        stop: &CancellationToken,
        went_well: &mut bool,
    ) -> Result<(), BatchError> {
        let ReadModels {
            pool, log, tracker, ..
        } = &self.models;
        let mut head = log.subscribe();
        let mut erasures = Erasures::new(log.erasures());
        let mut renewal = Renewal::new(self.options.lease);
        while !stop.is_cancelled() {
            if renewal.is_due() {
                let mut connection = pool.acquire().await?;
                if !runner.lease().renew(&mut connection, self.options.lease).await? {
                    return Err(BatchError::Superseded);
                }
                renewal = Renewal::new(self.options.lease);
            }
            if erasures.are_due() {
                runner.forget_erased(&self.models).await?;
            }
            head.mark_unchanged();
            let folded = runner.pass(&self.models).await?;
            *went_well = true;
            tracker.measure(*head.borrow());
            if runner.rewrite_outdated(&self.models).await? {
                continue;
            }
            let mut caught_up = || runner.position() >= Some(*head.borrow_and_update());
            if folded == 0 || caught_up() {
                let wake_up = async {
                    tokio::select! {
                        moved = head.changed() => moved,
                        () = erasures.announced() => Ok(()),
                    }
                };
                let moved = stop.run_until_cancelled(timeout(renewal.left(), wake_up)).await;
                // The log is closed: the head will not move again.
                if let Some(Ok(Err(_))) = moved {
                    stop.run_until_cancelled(tokio::time::sleep(renewal.left())).await;
                }
            }
        }
        Ok(())
    }

    async fn give_up(&self, lease: Lease) {
        let released = async {
            let mut connection = self.models.pool.acquire().await?;
            lease.release(&mut connection).await
        };
        if let Err(error) = released.await {
            tracing::warn!(%error, "the lease could not be released; it ends by itself");
        }
    }
}

/// The longest pause after a failure.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The pause before the next attempt. It doubles with each failure in a row.
struct Backoff {
    first: Duration,
    next: Duration,
}

impl Backoff {
    fn new(standby: Duration) -> Self {
        let first = standby.saturating_mul(2).min(LONGEST_PAUSE);
        Self { first, next: first }
    }

    fn reset(&mut self) {
        self.next = self.first;
    }

    fn after_failure(&mut self) -> Duration {
        let pause = self.next;
        self.next = pause.saturating_mul(2).min(LONGEST_PAUSE);
        pause
    }
}

/// The time at which the lease has to be renewed: after a third of its lifetime, so that two attempts may fail.
struct Renewal {
    due: Instant,
}

impl Renewal {
    fn new(lease: Duration) -> Self {
        let now = Instant::now();
        Self {
            due: now
                .checked_add(lease.checked_div(3).unwrap_or_default())
                .unwrap_or(now),
        }
    }

    fn is_due(&self) -> bool {
        self.left().is_zero()
    }

    fn left(&self) -> Duration {
        self.due.saturating_duration_since(Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_with_failures_in_a_row_and_reset_when_something_went_well() {
        let mut backoff = Backoff::new(Duration::from_millis(100));
        let pauses: Vec<_> = (0..7).map(|_| backoff.after_failure().as_millis()).collect();
        assert_eq!(pauses, [200, 400, 800, 1600, 3200, 5000, 5000]);
        backoff.reset();
        assert_eq!(backoff.after_failure().as_millis(), 200);
    }
}
