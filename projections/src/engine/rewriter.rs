//! Rewrites tables after an erasure, in the background of the service.

use std::{sync::Arc, time::Duration};

use event_store::{Lease, PostgresLog};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::engine::rebuild::{AwaitingRewrite, RebuildError, rewrite};

/// The time from an erasure to the rewrite of the tables. One rewrite serves all erasures of the hour.
pub const REWRITE_AFTER: Duration = Duration::from_hours(1);

/// The name of the lease of the process that rewrites.
const LEASE: &str = "rewriter";
/// Longer than a rewrite takes.
const LONGEST: Duration = Duration::from_mins(30);
const EVERY: Duration = Duration::from_mins(1);

/// Rewrites tables once an erasure has this age.
pub struct Rewriter {
    log: Arc<PostgresLog>,
    after: Duration,
    owner: Uuid,
}

/// A running rewriter. It ends when the handle is stopped or dropped.
pub struct RewriterHandle {
    cancelled: CancellationToken,
    working: JoinHandle<()>,
}

impl RewriterHandle {
    /// Ends the work. An unfinished rewrite is given up, and readers see what they saw before.
    pub async fn stop(mut self) {
        self.cancelled.cancel();
        if (&mut self.working).await.is_err() {
            tracing::error!("the rewriter ended abnormally");
        }
    }
}

impl Drop for RewriterHandle {
    fn drop(&mut self) {
        self.cancelled.cancel();
    }
}

impl Rewriter {
    /// Starts a rewriter that looks every minute.
    #[must_use]
    pub fn start(log: Arc<PostgresLog>, after: Duration, owner: Uuid) -> RewriterHandle {
        let cancelled = CancellationToken::new();
        let (rewriter, stop) = (Self { log, after, owner }, cancelled.clone());
        let working = tokio::spawn(async move {
            stop.run_until_cancelled(rewriter.run()).await;
        });
        RewriterHandle { cancelled, working }
    }

    async fn run(self) {
        loop {
            match self.look().await {
                Ok(0) => {}
                Ok(people) => {
                    tracing::info!(people, "tables were written anew without those who were erased");
                }
                Err(error) => {
                    tracing::warn!(%error, "tables could not be written anew after an erasure; trying again");
                }
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    async fn look(&self) -> Result<usize, RebuildError> {
        let pool = self.log.pool();
        let due = AwaitingRewrite::now(pool)
            .await?
            .filter(|erased| erased.age >= self.after);
        if due.is_none() {
            return Ok(0);
        }
        let lease = Lease::acquire(&mut *pool.acquire().await?, LEASE, self.owner, LONGEST).await?;
        let Some(lease) = lease else { return Ok(0) };
        let rewritten = rewrite(&self.log).await;
        lease.release(&mut *pool.acquire().await?).await?;
        rewritten
    }
}
