//! The tasks of a follower: taken when they are due, and done, put off or parked.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, Utc};
use sqlx::{Row, postgres::PgRow};

use super::{FollowError, Lead};
use crate::{Log, Position, RecordedEvent};

/// A reaction that a follower owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Whose tasks it stands in line with.
    pub key: String,
    /// The event that it goes back to.
    pub cause: RecordedEvent,
    /// 0 for the event itself; a due date that was set for it counts from 1.
    pub turn: u32,
    /// When it was due, UTC.
    pub due_at: DateTime<Utc>,
    /// The time when it was taken, by the clock that due dates are compared with, UTC.
    pub now: DateTime<Utc>,
    /// How often it failed by a fault of its own.
    pub attempts: u32,
    /// How often in a row it could not be done.
    pub failures: u32,
}

/// A due date: the follower wants to come back to this key then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wake {
    /// To whom.
    pub key: String,
    /// When, UTC.
    pub at: DateTime<Utc>,
}

/// The first task of each key that is due. The keys that are busy are left out.
const DUE: &str = "
    select key, cause, turn, due_at, attempts, failures, now
    from es.task, (select coalesce($2, clock_timestamp()) as now) clock
    where follower = $1 and parked_at is null and due_at <= now and retry_at <= now and key <> all($3)
        and not exists (
            select from es.task earlier
            where earlier.follower = task.follower and earlier.key = task.key
                and (earlier.due_at, earlier.cause) < (task.due_at, task.cause)
        )
    order by due_at, cause, key
    limit $4";

const DONE: &str = "delete from es.task where follower = $1 and key = $2 and cause = $3 and turn = $4";

/// The last due date that an event sets for a key takes the place of the others.
const WAKE: &str = "
    insert into es.task (follower, key, cause, turn, due_at)
    select distinct on (key) $1, key, $2, $3, at from unnest($4, $5) with ordinality wake (key, at, nth) order by key, nth desc
    on conflict (follower, key, cause) do update
    set turn = excluded.turn, due_at = excluded.due_at, retry_at = default, failures = 0, attempts = 0, reason = null,
        parked_at = null";

const DEFER: &str = "
    update es.task
    set retry_at = coalesce($5, clock_timestamp()) + make_interval(secs => $6), failures = failures + 1,
        attempts = attempts + $7, reason = $8
    where follower = $1 and key = $2 and cause = $3 and turn = $4";

const PARK: &str = "
    update es.task
    set parked_at = coalesce($5, clock_timestamp()), failures = failures + 1, reason = $6
    where follower = $1 and key = $2 and cause = $3 and turn = $4";

impl Lead {
    /// Up to so many tasks that are due, at most one of each key and none of the keys that are busy; the longest due first.
    ///
    /// # Errors
    /// When the database cannot answer, or an event cannot be read.
    pub async fn due(&self, most: usize, busy: &[String]) -> Result<Vec<Task>, FollowError> {
        let follower = &self.follower;
        let rows = sqlx::query(DUE)
            .bind(&follower.name)
            .bind(follower.clock.given())
            .bind(busy)
            .bind(i64::try_from(most).unwrap_or(i64::MAX))
            .fetch_all(follower.log.pool())
            .await?;
        let mut causes: HashMap<i64, RecordedEvent> = HashMap::new();
        let mut tasks = Vec::with_capacity(rows.len());
        for row in &rows {
            let position: i64 = row.try_get("cause")?;
            let cause = match causes.get(&position) {
                Some(cause) => cause.clone(),
                None => self.event(Position::new(position)).await?,
            };
            causes.insert(position, cause.clone());
            tasks.push(task(row, cause)?);
        }
        Ok(tasks)
    }

    async fn event(&self, position: Position) -> Result<RecordedEvent, FollowError> {
        let before = Position::new(position.get().saturating_sub(1));
        let mut found = self.follower.log.read_after(before, 1).await?;
        found.pop().ok_or(FollowError::Damaged(before))
    }

    /// The task is done, and these due dates are set.
    ///
    /// # Errors
    /// [`FollowError::Fenced`] when the lease was lost, or when the database cannot answer; then the task is done once more.
    pub async fn settle(&self, task: &Task, wakes: &[Wake]) -> Result<(), FollowError> {
        let mut transaction = self.fenced().await?;
        sqlx::query(DONE)
            .bind(&self.follower.name)
            .bind(&task.key)
            .bind(task.cause.position.get())
            .bind(turn(task.turn))
            .execute(&mut *transaction)
            .await?;
        if !wakes.is_empty() {
            let keys: Vec<&str> = wakes.iter().map(|wake| wake.key.as_str()).collect();
            let times: Vec<DateTime<Utc>> = wakes.iter().map(|wake| wake.at).collect();
            sqlx::query(WAKE)
                .bind(&self.follower.name)
                .bind(task.cause.position.get())
                .bind(turn(task.turn).saturating_add(1))
                .bind(keys)
                .bind(times)
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// The task could not be done now: its key waits so long. `own_fault` spends an attempt.
    ///
    /// # Errors
    /// [`FollowError::Fenced`] when the lease was lost, or when the database cannot answer; then the task is due at once.
    pub async fn defer(
        &self,
        task: &Task,
        wait: Duration,
        own_fault: bool,
        reason: &str,
    ) -> Result<(), FollowError> {
        let mut transaction = self.fenced().await?;
        sqlx::query(DEFER)
            .bind(&self.follower.name)
            .bind(&task.key)
            .bind(task.cause.position.get())
            .bind(turn(task.turn))
            .bind(self.follower.clock.given())
            .bind(wait.as_secs_f64())
            .bind(i32::from(own_fault))
            .bind(reason)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// The task cannot be done: it waits for an operator, and its key's later tasks wait behind it.
    ///
    /// # Errors
    /// [`FollowError::Fenced`] when the lease was lost, or when the database cannot answer; then the task is due at once.
    pub async fn park(&self, task: &Task, reason: &str) -> Result<(), FollowError> {
        let mut transaction = self.fenced().await?;
        sqlx::query(PARK)
            .bind(&self.follower.name)
            .bind(&task.key)
            .bind(task.cause.position.get())
            .bind(turn(task.turn))
            .bind(self.follower.clock.given())
            .bind(reason)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }
}

fn task(row: &PgRow, cause: RecordedEvent) -> Result<Task, sqlx::Error> {
    let count = |column| {
        row.try_get::<i32, _>(column)
            .map(|number| u32::try_from(number).unwrap_or_default())
    };
    Ok(Task {
        key: row.try_get("key")?,
        cause,
        turn: count("turn")?,
        due_at: row.try_get("due_at")?,
        now: row.try_get("now")?,
        attempts: count("attempts")?,
        failures: count("failures")?,
    })
}

fn turn(turn: u32) -> i32 {
    i32::try_from(turn).unwrap_or(i32::MAX)
}
