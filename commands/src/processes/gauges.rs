//! What dashboards and alerts read: how far each process is behind, what is due, and what is parked.

use std::time::Duration;

use event_store::{
    PostgresLog,
    follow::{self, FollowerStatus},
};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::Process;

const EVERY: Duration = Duration::from_secs(10);

/// Keeps the gauges up to date, on every replica, whether it runs the processes or not.
pub(super) async fn keep(
    log: PostgresLog,
    processes: &'static [&'static dyn Process],
    stop: CancellationToken,
) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        for process in processes {
            match follow::status(log.pool(), process.name()).await {
                Ok(status) => show(process.name(), &status),
                Err(error) => {
                    tracing::debug!(process = process.name(), %error, "a process cannot be measured now");
                }
            }
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "gauges are floating-point, and counts stay far below 2^52"
)]
fn show(process: &'static str, status: &FollowerStatus) {
    metrics::gauge!("process_behind_events", "process" => process).set(status.lag() as f64);
    metrics::gauge!("process_due", "process" => process).set(status.due as f64);
    metrics::gauge!("process_oldest_due_seconds", "process" => process).set(status.oldest_due.as_secs_f64());
    metrics::gauge!("process_scheduled", "process" => process).set(status.scheduled as f64);
    metrics::gauge!("process_delayed", "process" => process).set(status.delayed as f64);
    metrics::gauge!("process_parked", "process" => process).set(status.parked as f64);
}
