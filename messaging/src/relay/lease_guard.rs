//! The lease of the replica that relays, and how long it certainly lasts.

use std::time::Duration;

use event_store::Lease;
use sqlx::PgPool;
use tokio::time::Instant;
use uuid::Uuid;

/// The name of the relay's lease.
pub const LEASE: &str = "relay";

/// A lease that is held, and renewed in time.
#[derive(Debug)]
pub(crate) struct LeaseGuard {
    pool: PgPool,
    lease: Lease,
    term: Duration,
    renewed_at: Instant,
}

impl LeaseGuard {
    /// Takes the lease; none when another replica holds it.
    pub(crate) async fn acquire(
        pool: &PgPool,
        owner: Uuid,
        term: Duration,
    ) -> Result<Option<Self>, sqlx::Error> {
        let renewed_at = Instant::now();
        let lease = Lease::acquire(&mut *pool.acquire().await?, LEASE, owner, term).await?;
        Ok(lease.map(|lease| Self {
            pool: pool.clone(),
            lease,
            term,
            renewed_at,
        }))
    }

    /// Renews the lease once a third of its term is over; false when it has passed to another replica.
    pub(crate) async fn renew_if_due(&mut self) -> Result<bool, sqlx::Error> {
        if self.renewed_at.elapsed().saturating_mul(3) < self.term {
            return Ok(true);
        }
        let asked_at = Instant::now();
        let kept = self
            .lease
            .renew(&mut *self.pool.acquire().await?, self.term)
            .await?;
        self.renewed_at = asked_at;
        Ok(kept)
    }

    /// Whether work that takes this long, begun now, ends before another replica can take the lease.
    pub(crate) fn outlasts(&self, work: Duration) -> bool {
        self.renewed_at.elapsed().saturating_add(work) < self.term
    }

    /// The lease, for statements that do nothing once it has passed on.
    pub(crate) fn get(&self) -> &Lease {
        &self.lease
    }

    /// Lets another replica take over at once. If this fails, the lease expires.
    pub(crate) async fn release(self) {
        let released = match self.pool.acquire().await {
            Ok(mut connection) => self.lease.release(&mut connection).await,
            Err(error) => Err(error),
        };
        if let Err(error) = released {
            tracing::warn!(%error, "the relay's lease could not be released; it expires");
        }
    }
}
