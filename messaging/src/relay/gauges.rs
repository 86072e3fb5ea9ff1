//! What dashboards and alerts read: how much waits, how long already, and what is parked.

use std::time::Duration;

use sqlx::PgPool;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::outbox;

const EVERY: Duration = Duration::from_secs(10);

/// Keeps the gauges up to date, on every replica, whether it relays or not.
pub(crate) async fn keep(pool: PgPool, stop: CancellationToken) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => measure(&pool).await,
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "gauges are floating-point, and counts stay far below 2^52"
)]
async fn measure(pool: &PgPool) {
    match outbox::status(pool).await {
        Ok(status) => {
            metrics::gauge!("outbox_depth").set(status.waiting as f64);
            metrics::gauge!("outbox_oldest_seconds").set(status.oldest_age.as_secs_f64());
            metrics::gauge!("outbox_parked_keys").set(status.parked_keys as f64);
            metrics::gauge!("outbox_parked_messages").set(status.behind_parked as f64);
        }
        Err(error) => tracing::debug!(%error, "the outbox cannot be measured now"),
    }
}
