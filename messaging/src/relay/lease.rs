//! One worker at a time: a lease that runs out by the database's clock and whose fence grows with every owner.

use std::time::Duration;

use sqlx::PgPool;
use tokio::time::Instant;
use uuid::Uuid;

/// The right to work, until it runs out.
#[derive(Debug)]
pub(crate) struct Lease {
    pool: PgPool,
    name: &'static str,
    owner: Uuid,
    fence: i64,
    term: Duration,
    renewed_at: Instant,
}

/// What a statement must name so that it does nothing once the lease is another's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fence {
    pub(crate) name: &'static str,
    pub(crate) owner: Uuid,
    pub(crate) number: i64,
}

const ACQUIRE: &str = "
    insert into es.lease (name, owner, fence, until)
    values ($1, $2, 1, clock_timestamp() + make_interval(secs => $3))
    on conflict (name) do update
    set owner = excluded.owner, fence = lease.fence + 1, until = excluded.until
    where lease.until < clock_timestamp() or lease.owner = excluded.owner
    returning fence";

const RENEW: &str = "
    update es.lease set until = clock_timestamp() + make_interval(secs => $4)
    where name = $1 and owner = $2 and fence = $3";

const RELEASE: &str = "
    update es.lease set until = '-infinity' where name = $1 and owner = $2 and fence = $3";

impl Lease {
    /// Takes the lease; none when another holds it.
    pub(crate) async fn acquire(
        pool: &PgPool,
        name: &'static str,
        owner: Uuid,
        term: Duration,
    ) -> Result<Option<Self>, sqlx::Error> {
        let renewed_at = Instant::now();
        let fence: Option<i64> = sqlx::query_scalar(ACQUIRE)
            .bind(name)
            .bind(owner)
            .bind(term.as_secs_f64())
            .fetch_optional(pool)
            .await?;
        Ok(fence.map(|fence| Self { pool: pool.clone(), name, owner, fence, term, renewed_at }))
    }

    /// Keeps the lease for another term; false when it is another's by now.
    pub(crate) async fn renew(&mut self) -> Result<bool, sqlx::Error> {
        let asked_at = Instant::now();
        let renewed = sqlx::query(RENEW)
            .bind(self.name)
            .bind(self.owner)
            .bind(self.fence)
            .bind(self.term.as_secs_f64())
            .execute(&self.pool)
            .await?;
        self.renewed_at = asked_at;
        Ok(renewed.rows_affected() == 1)
    }

    /// Whether a third of the term is over.
    pub(crate) fn is_due(&self) -> bool {
        self.renewed_at.elapsed().saturating_mul(3) >= self.term
    }

    /// Whether work that takes this long, begun now, ends before the lease can be another's.
    pub(crate) fn outlasts(&self, work: Duration) -> bool {
        self.renewed_at.elapsed().saturating_add(work) < self.term
    }

    pub(crate) fn fence(&self) -> Fence {
        Fence { name: self.name, owner: self.owner, number: self.fence }
    }

    /// Lets another take over at once. When this fails, the lease runs out by itself.
    pub(crate) async fn release(self) {
        let released = sqlx::query(RELEASE)
            .bind(self.name)
            .bind(self.owner)
            .bind(self.fence)
            .execute(&self.pool)
            .await;
        if let Err(error) = released {
            tracing::warn!(%error, lease = self.name, "the lease could not be given back; it runs out by itself");
        }
    }
}
