//! The replica that follows: it moves the checkpoint, and what it does not hold the lease for it cannot write.

use std::time::Duration;

use sqlx::{Postgres, Transaction};

use super::{FollowError, Follower, lease_name};
use crate::{Lease, Position};

/// How many events one step passes at most.
const STEP: i64 = 5_000;

const BEGIN: &str = "insert into es.follower (name) values ($1) on conflict (name) do nothing";

/// One statement sees one head, so every event up to it. `held` keeps the lease from passing on until the commit.
const ADVANCE: &str = "
    with held as (
        select from es.lease where name = $2 and owner = $3 and fence = $4 for share
    ), span as (
        select follower.position as after, least(head.position, follower.position + $5) as upto
        from es.follower, es.head
        where name = $1 and exists (select from held)
    ), passed as materialized (
        select event.position, event.stream_id, event.event_type
        from span cross join es.event
        where event.position > span.after and event.position <= span.upto
    ), moved as (
        update es.follower set position = span.upto, moved_at = clock_timestamp()
        from span
        where name = $1 and follower.position = span.after and span.upto > span.after
            and (select count(*) from passed) = span.upto - span.after
        returning 1
    ), noted as (
        insert into es.task (follower, key, cause, due_at)
        select $1, stream_id, position, coalesce($7, clock_timestamp())
        from passed
        where event_type = any($6) and exists (select from moved)
        on conflict (follower, key, cause) do nothing
        returning 1
    )
    select after, upto, exists (select from moved), (select count(*) from noted)
    from span";

/// The right to follow, until it is lost.
#[derive(Debug)]
pub struct Lead {
    pub(super) follower: Follower,
    lease: Lease,
}

/// How far a step came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advanced {
    /// The last position that was passed.
    pub position: Position,
    /// How many tasks were written.
    pub tasks: u64,
}

impl Follower {
    /// Takes the lease for so long; none when another replica holds it.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn lead(&self, length: Duration) -> Result<Option<Lead>, FollowError> {
        let mut connection = self.log.pool().acquire().await?;
        sqlx::query(BEGIN)
            .bind(&self.name)
            .execute(&mut *connection)
            .await?;
        let lease = Lease::acquire(&mut connection, &lease_name(&self.name), self.owner, length).await?;
        Ok(lease.map(|lease| Lead {
            follower: self.clone(),
            lease,
        }))
    }
}

impl Lead {
    /// Holds the lease for so long from now.
    ///
    /// # Errors
    /// [`FollowError::Fenced`] when it has passed to another replica, or when the database cannot answer.
    pub async fn renew(&self, length: Duration) -> Result<(), FollowError> {
        let mut connection = self.follower.log.pool().acquire().await?;
        let renewed = self.lease.renew(&mut connection, length).await?;
        if renewed { Ok(()) } else { Err(FollowError::Fenced) }
    }

    /// Passes the next events, up to the head or as many as one step may, and writes a task for each that concerns the follower.
    ///
    /// # Errors
    /// [`FollowError::Fenced`] when the lease was lost, [`FollowError::Damaged`] when positions are missing, or when the database
    /// cannot answer. Then nothing has moved.
    pub async fn advance(&self) -> Result<Advanced, FollowError> {
        let follower = &self.follower;
        let mut rows: Vec<(i64, i64, bool, i64)> = sqlx::query_as(ADVANCE)
            .bind(&follower.name)
            .bind(&self.lease.name)
            .bind(self.lease.owner)
            .bind(self.lease.fence)
            .bind(STEP)
            .bind(&follower.event_types)
            .bind(follower.clock.given())
            // All rows and not the first: the last thing to come is the end of the commit.
            .fetch_all(follower.log.by_key())
            .await?;
        let (after, upto, moved, tasks) = rows.pop().ok_or(FollowError::Fenced)?;
        if upto > after && !moved {
            return Err(FollowError::Damaged(Position::new(after)));
        }
        Ok(Advanced {
            // A log that was restored to an earlier point ends before the checkpoint.
            position: Position::new(after.max(upto)),
            tasks: u64::try_from(tasks).unwrap_or_default(),
        })
    }

    /// Gives the lease up, so that another replica need not wait for its end.
    pub async fn release(&self) {
        let released = match self.follower.log.pool().acquire().await {
            Ok(mut connection) => self.lease.clone().release(&mut connection).await,
            Err(error) => Err(error),
        };
        if let Err(error) = released {
            tracing::warn!(follower = self.follower.name, %error, "a lease could not be given up; it ends by itself");
        }
    }

    /// A transaction during which the lease cannot pass on.
    pub(super) async fn fenced(&self) -> Result<Transaction<'static, Postgres>, FollowError> {
        let mut transaction = self.follower.log.pool().begin().await?;
        let held = self.lease.still_held_in_tx(&mut transaction).await?;
        if held {
            Ok(transaction)
        } else {
            Err(FollowError::Fenced)
        }
    }
}
