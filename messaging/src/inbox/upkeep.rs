//! What dashboards and alerts read, and what is forgotten when its time is over.

use std::time::Duration;

use event_store::inbox;
use sqlx::PgPool;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

const MEASURED_EVERY: Duration = Duration::from_secs(10);
const FORGOTTEN_EVERY: Duration = Duration::from_hours(1);

/// Keeps the gauges up to date and the tables small, on every replica.
pub(super) async fn keep(pool: PgPool, stop: CancellationToken) {
    let mut measuring = interval(MEASURED_EVERY);
    let mut forgetting = interval(FORGOTTEN_EVERY);
    measuring.set_missed_tick_behavior(MissedTickBehavior::Delay);
    forgetting.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = measuring.tick() => measure(&pool).await,
            _ = forgetting.tick() => forget(&pool).await,
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "gauges are floating-point, and counts stay far below 2^52"
)]
async fn measure(pool: &PgPool) {
    match inbox::status(pool).await {
        Ok(status) => {
            metrics::gauge!("inbox_depth").set(status.waiting as f64);
            metrics::gauge!("inbox_oldest_seconds").set(status.oldest_age.as_secs_f64());
            metrics::gauge!("inbox_delayed_persons").set(status.delayed as f64);
            metrics::gauge!("inbox_parked_messages").set(status.parked as f64);
        }
        Err(error) => tracing::debug!(%error, "the inbox cannot be measured now"),
    }
}

async fn forget(pool: &PgPool) {
    match inbox::forget(pool).await {
        Ok(forgotten) => tracing::debug!(
            bodies = forgotten.bodies,
            messages = forgotten.messages,
            "old messages are forgotten"
        ),
        Err(error) => tracing::warn!(%error, "old messages could not be forgotten; trying again in an hour"),
    }
}
