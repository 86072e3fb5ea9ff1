//! Work that one process at a time does, decided by the database's clock, and by whether its process still has sessions there.
//!
//! Every session of a pool holds a lock in the name of its process (see `session`). The lease says which process took it: when
//! none of its sessions is left, as after a kill, the lease is free at once. A process that is cut off, whose sessions the database
//! does not know to be dead, keeps it until its time is over.
//!
//! A lease alone protects nothing, because its owner may have stalled. Whatever it writes must be conditional on
//! [`Lease::still_held_in_tx`], or on the fence itself.

use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;

/// A lease that was held when it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What work.
    pub name: String,
    /// By whom.
    pub owner: Uuid,
    /// Greater than that of every earlier owner.
    pub fence: i64,
}

impl Lease {
    /// Takes the lease for a while if nobody else who lives holds it.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn acquire(
        connection: &mut PgConnection,
        name: &str,
        owner: Uuid,
        length: Duration,
    ) -> Result<Option<Self>, sqlx::Error> {
        let fence: Option<i64> = sqlx::query_scalar(
            "insert into es.lease as held (name, owner, fence, until, process, process_fence)
             values ($1, $2, 1, clock_timestamp() + make_interval(secs => $3), es.process(), 1)
             on conflict (name) do update
             set owner = excluded.owner, fence = held.fence + 1, until = excluded.until,
                 process = excluded.process, process_fence = held.fence + 1
             where held.owner = excluded.owner or not es.is_held(held)
             returning fence",
        )
        .bind(name)
        .bind(owner)
        .bind(length.as_secs_f64())
        // All rows and not the first: the last thing to come is the end of the commit.
        .fetch_all(connection)
        .await?
        .pop();
        Ok(fence.map(|fence| Self {
            name: name.to_owned(),
            owner,
            fence,
        }))
    }

    /// Whether anybody who lives holds the lease of this name.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn is_held(connection: &mut PgConnection, name: &str) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar("select exists (select from es.lease where name = $1 and es.is_held(lease))")
            .bind(name)
            .fetch_one(connection)
            .await
    }

    /// Holds it for another while; false when it has passed to someone else.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn renew(&self, connection: &mut PgConnection, length: Duration) -> Result<bool, sqlx::Error> {
        let renewed = sqlx::query(
            "update es.lease set until = clock_timestamp() + make_interval(secs => $4)
             where name = $1 and owner = $2 and fence = $3",
        )
        .bind(&self.name)
        .bind(self.owner)
        .bind(self.fence)
        .bind(length.as_secs_f64())
        .execute(connection)
        .await?;
        Ok(renewed.rows_affected() == 1)
    }

    /// Gives it up, so that another need not wait for its end.
    ///
    /// # Errors
    /// When the database cannot answer; then it ends by itself.
    pub async fn release(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        sqlx::query("update es.lease set until = '-infinity' where name = $1 and owner = $2 and fence = $3")
            .bind(&self.name)
            .bind(self.owner)
            .bind(self.fence)
            .execute(connection)
            .await
            .map(|_| ())
    }

    /// Whether it is still ours, and stays so until the transaction ends: a successor waits for the row.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn still_held_in_tx(&self, transaction: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let held: Option<i32> = sqlx::query_scalar(
            "select 1 from es.lease where name = $1 and owner = $2 and fence = $3 for share",
        )
        .bind(&self.name)
        .bind(self.owner)
        .bind(self.fence)
        .fetch_optional(transaction)
        .await?;
        Ok(held.is_some())
    }
}
