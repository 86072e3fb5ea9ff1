//! Watches the head, whichever process moves it: by NOTIFY, and by polling.
//!
//! A notification is only a hint. Poolers and failovers lose notifications, so polling never stops.

use std::time::Duration;

use sqlx::{PgPool, postgres::PgListener};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Position,
    database::session,
    personal::keyring::{KEY_DESTROYED, Keyring},
};

const POLL: Duration = Duration::from_millis(500);
/// After this silence the listening session is checked: a demoted server sends no notifications.
const SILENCE: Duration = Duration::from_secs(10);
/// How long the check may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The head moved; the payload is its position.
const HEAD_MOVED: &str = "es";

/// Keeps `head` up to date until `stop`.
pub(crate) fn start(pool: PgPool, keyring: Keyring, head: watch::Sender<Position>, stop: CancellationToken) {
    let (own_pool, own_head) = (pool.clone(), head.clone());
    tokio::spawn(
        stop.clone()
            .run_until_cancelled_owned(async move { poll(&own_pool, &own_head).await }),
    );
    tokio::spawn(stop.run_until_cancelled_owned(async move { listen(&pool, &keyring, &head).await }));
}

/// The position of the newest event.
pub(crate) async fn read_head(pool: &PgPool) -> Result<Position, sqlx::Error> {
    sqlx::query_scalar("select position from es.head")
        .fetch_one(pool)
        .await
        .map(Position::new)
}

async fn poll(pool: &PgPool, head: &watch::Sender<Position>) {
    let mut ticks = interval(POLL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match read_head(pool).await {
            Ok(position) => advance(head, position),
            // The service stops.
            Err(_) if pool.is_closed() => return,
            Err(error) => tracing::warn!(%error, "the head could not be read; trying again"),
        }
    }
}

async fn listen(pool: &PgPool, keyring: &Keyring, head: &watch::Sender<Position>) {
    loop {
        let interrupted = hear(pool, keyring, head).await;
        if pool.is_closed() {
            return;
        }
        if let Err(error) = interrupted {
            tracing::warn!(%error, "notifications are interrupted; polling goes on");
        }
        // A key destroyed while nobody listened must not stay in the cache.
        keyring.forget_all();
        sleep(POLL).await;
    }
}

async fn hear(pool: &PgPool, keyring: &Keyring, head: &watch::Sender<Position>) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen_all([HEAD_MOVED, KEY_DESTROYED]).await?;
    loop {
        let Ok(received) = timeout(SILENCE, listener.try_recv()).await else {
            let asked = timeout(TIMEOUT, session::ask(&mut listener)).await;
            asked.map_err(|_| sqlx::Error::PoolTimedOut)??;
            continue;
        };
        let Some(notification) = received? else {
            return Ok(());
        };
        match notification.channel() {
            KEY_DESTROYED => keyring.forget(notification.payload()),
            _ => notification
                .payload()
                .parse()
                .map_or((), |position| advance(head, position)),
        }
    }
}

/// Advances the head. A poll and a notification may cross, and readers must see it grow.
pub(crate) fn advance(head: &watch::Sender<Position>, position: Position) {
    head.send_if_modified(|known| {
        let moved = position > *known;
        *known = position.max(*known);
        moved
    });
}
