//! The health of the relay.

use std::time::Duration;

use event_store::Lease;
use futures::FutureExt;
use messaging::{outbox, relay};
use sqlx::PgPool;

use super::checkup::{Check, Component, wrong};

/// The age of a sendable message above which the relay is stuck.
const WAITED: Duration = Duration::from_mins(1);

/// The relay, on this replica or another: up when one sends, or when publishing is switched off.
pub(super) fn relay(pool: PgPool, enabled: bool) -> Check {
    Box::new(move || {
        let pool = pool.clone();
        async move { ask(&pool, enabled).await.unwrap_or_else(|_| wrong("no answer")) }.boxed()
    })
}

async fn ask(pool: &PgPool, enabled: bool) -> Result<Component, outbox::OutboxError> {
    let status = outbox::status(pool).await?;
    let held = Lease::is_held(&mut *pool.acquire().await?, relay::LEASE).await?;
    let stuck = status.oldest_sendable_age > WAITED;
    let (up, state) = match (held, enabled) {
        (true, _) if stuck => (false, "messages do not leave"),
        (true, _) => (true, "sends"),
        (false, true) => (false, "nobody sends"),
        (false, false) => (true, "switched off"),
    };
    let details = [
        ("state", state.to_owned()),
        ("waiting", status.waiting.to_string()),
        ("oldestSeconds", status.oldest_age.as_secs().to_string()),
        ("parkedKeys", status.parked_keys.to_string()),
    ];
    Ok(Component::new(
        up,
        details.map(|(name, value)| (name.to_owned(), value)),
    ))
}
