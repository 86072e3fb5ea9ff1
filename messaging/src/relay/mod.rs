//! The relay: takes messages out of the outbox and sends them to SNS, each key's in order.
//!
//! One replica at a time works (`lease_guard`). It holds a window of the outbox in memory (`backlog`) and runs several
//! calls at once (`session`), never two messages of one key at a time. A message that SNS refuses delays its own key
//! only (`held_keys`); when SNS itself is unavailable, everything waits and nothing is parked. A message leaves at the earliest
//! when the read models that its receivers will query have passed its position: the watermark.

mod backlog;
mod gauges;
mod held_keys;
mod lease_guard;
mod message;
mod publish;
mod session;

use std::{sync::Arc, time::Duration};

use event_store::Position;
use sqlx::PgPool;
use tokio::{sync::watch, task::JoinHandle, time::sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use self::lease_guard::LEASE;
use self::{
    lease_guard::LeaseGuard,
    session::{Interrupted, Session},
};
use crate::Backoff;

/// What a relay needs.
#[derive(Debug, Clone)]
pub struct RelayOptions {
    /// The database of the log.
    pub pool: PgPool,
    /// Where messages go.
    pub sns: aws_sdk_sns::Client,
    /// The topic.
    pub topic_arn: String,
    /// The position that the read models behind `detailUrl` have passed: nothing later leaves.
    pub watermark: watch::Receiver<Position>,
    /// When false, messages stay in the outbox and are only counted.
    pub publish_enabled: bool,
    /// How many calls may run at once.
    pub concurrency: usize,
    /// How long one call may take. The lease lasts three times as long.
    pub call_timeout: Duration,
    /// After how many failures in a row of one message its key is parked.
    pub attempts: u32,
    /// How long a key waits after a failure of its message.
    pub key_backoff: Backoff,
    /// How long everything waits when SNS itself is away.
    pub topic_backoff: Backoff,
    /// How often the relay polls the database, and another replica the lease.
    pub poll: Duration,
}

impl RelayOptions {
    /// The options of production.
    #[must_use]
    pub fn new(
        pool: PgPool,
        sns: aws_sdk_sns::Client,
        topic_arn: impl Into<String>,
        watermark: watch::Receiver<Position>,
    ) -> Self {
        Self {
            pool,
            sns,
            topic_arn: topic_arn.into(),
            watermark,
            publish_enabled: true,
            concurrency: 8,
            call_timeout: Duration::from_secs(10),
            attempts: 12,
            key_backoff: Backoff {
                first: Duration::from_secs(1),
                longest: Duration::from_mins(5),
            },
            topic_backoff: Backoff {
                first: Duration::from_secs(1),
                longest: Duration::from_secs(30),
            },
            poll: Duration::from_secs(1),
        }
    }
}

/// The relay.
pub struct Relay;

/// A running relay.
#[derive(Debug)]
pub struct RelayHandle {
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Relay {
    /// Starts relaying, as soon as no other replica does.
    #[must_use]
    pub fn start(options: RelayOptions) -> RelayHandle {
        let stop = CancellationToken::new();
        let mut tasks = vec![tokio::spawn(gauges::keep(options.pool.clone(), stop.clone()))];
        if options.publish_enabled {
            tasks.push(tokio::spawn(relay(Arc::new(options), stop.clone())));
        } else {
            tracing::warn!("publishing is switched off: messages stay in the outbox");
        }
        RelayHandle { stop, tasks }
    }
}

impl RelayHandle {
    /// Stops: no new call is begun, those under way end, and the lease is given back.
    pub async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "the relay ended badly; what it had not sent stays in the outbox");
            }
        }
    }
}

/// Takes the lease whenever it is free, and works until interrupted.
async fn relay(options: Arc<RelayOptions>, stop: CancellationToken) {
    let owner = Uuid::now_v7();
    while !stop.is_cancelled() {
        if let Err(error) = turn(&options, owner, &stop).await {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(%error, source, "the relay was interrupted and begins again");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = sleep(options.poll) => {}
        }
    }
}

async fn turn(options: &Arc<RelayOptions>, owner: Uuid, stop: &CancellationToken) -> Result<(), Interrupted> {
    let term = options.call_timeout.saturating_mul(3);
    match LeaseGuard::acquire(&options.pool, owner, term).await? {
        Some(lease) => Session::begin(Arc::clone(options), lease).await?.run(stop).await,
        None => Ok(()),
    }
}
