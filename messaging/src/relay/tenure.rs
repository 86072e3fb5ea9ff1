//! The lease that says which replica relays, and how long it surely lasts.

use std::time::Duration;

use event_store::Lease;
use sqlx::PgPool;
use tokio::time::Instant;
use uuid::Uuid;

/// Of whoever sends the messages.
pub const LEASE: &str = "relay";

/// The right to relay, until it runs out.
#[derive(Debug)]
pub(crate) struct Tenure {
    pool: PgPool,
    lease: Lease,
    term: Duration,
    renewed_at: Instant,
}

impl Tenure {
    /// Takes the lease; none when another replica holds it.
    pub(crate) async fn begin(
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

    /// Once a third of the term is over, holds the lease for another; false when it has passed to another replica.
    pub(crate) async fn keep(&mut self) -> Result<bool, sqlx::Error> {
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

    /// Whether work that takes this long, begun now, ends before the lease can be another's.
    pub(crate) fn outlasts(&self, work: Duration) -> bool {
        self.renewed_at.elapsed().saturating_add(work) < self.term
    }

    /// What statements name so that they do nothing once the lease has passed on.
    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }

    /// Lets another replica take over at once. When this fails, the lease runs out by itself.
    pub(crate) async fn end(self) {
        let released = match self.pool.acquire().await {
            Ok(mut connection) => self.lease.release(&mut connection).await,
            Err(error) => Err(error),
        };
        if let Err(error) = released {
            tracing::warn!(%error, "the relay's lease could not be given back; it runs out by itself");
        }
    }
}
