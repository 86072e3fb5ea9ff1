//! Rewrites tables after an erasure, because a dead row keeps its data until its space is reused.
//!
//! A copy of the live rows is made beside each shown build, catches up and is shown, as in a rebuild; the old table
//! is dropped with its dead rows. Only what was recorded meanwhile is read from the log.

use std::time::Duration;

use event_store::{Position, PostgresLog, sql};
use sqlx::{Executor, PgConnection, PgPool, Row as _};

use super::{RebuildError, RebuildOptions, builds, drop_unfinished, signs_of_life};
use crate::{
    BuildStatus, Model, ReadModelError,
    engine::{
        checkpoints::{self, Checkpoint},
        row::Row,
        table::{outdated_by_erasure, table},
    },
    models::for_model,
};

/// Attempts to lock the keys while others read them, and the pause between two.
const ATTEMPTS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(500);

/// Erased people whose data may still be in the files of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwaitingRewrite {
    people: Vec<String>,
    /// The time since the first of them was erased.
    pub age: Duration,
}

impl AwaitingRewrite {
    /// The people who wait now; none when nobody does.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn now(pool: &PgPool) -> Result<Option<Self>, ReadModelError> {
        let statement = format!(
            "select coalesce(array_agg(subject_id), '{{}}') as people,
                    coalesce(extract(epoch from clock_timestamp() - min(destroyed_at)), 0)::float8 as age
             from {erased} erased
             where not exists (select from rm.rewritten done where done.subject_id = erased.subject_id)",
            erased = sql::ERASED_SUBJECTS
        );
        let row = sqlx::query(&statement).fetch_one(pool).await?;
        let people: Vec<String> = row.try_get("people")?;
        let age = Duration::try_from_secs_f64(row.try_get("age")?).unwrap_or_default();
        Ok((!people.is_empty()).then_some(Self { people, age }))
    }

    /// The number of people.
    #[must_use]
    pub fn people(&self) -> usize {
        self.people.len()
    }
}

/// Rewrites the tables of all read models, and the table of keys, without the dead rows of erased people, and returns
/// the number of these people. Builds that were kept after a rebuild are dropped, because they have dead rows too.
///
/// # Errors
/// When a rebuild is at work, the read models have not forgotten these people yet, or the database does not do it. Readers
/// see what they saw before.
pub async fn rewrite(log: &PostgresLog) -> Result<usize, RebuildError> {
    let pool = log.pool();
    let Some(erased) = AwaitingRewrite::now(pool).await? else {
        return Ok(0);
    };
    // First, because Postgres may refuse it.
    rewrite_keys(pool).await?;
    let checkpoints = builds::create(pool, &Model::ALL).await?;
    let copied = tokio::select! {
        copied = copy_and_show(log, checkpoints.clone()) => copied,
        never = signs_of_life(pool, &checkpoints) => match never {},
    };
    if let Err(error) = copied {
        drop_unfinished(pool, checkpoints).await;
        return Err(error);
    }
    for build in checkpoints::status(pool).await? {
        if build.status == BuildStatus::Previous {
            builds::drop_build(pool, build.model, build.build).await?;
        }
    }
    sqlx::query("insert into rm.rewritten (subject_id) select unnest($1::text[]) on conflict do nothing")
        .bind(&erased.people)
        .execute(pool)
        .await?;
    log.keyring().remind_of_erasures().await?;
    Ok(erased.people())
}

/// Rewrites the table of keys. Nobody can read the keys while this waits for its lock, so it waits for moments only
/// and tries again.
async fn rewrite_keys(pool: &PgPool) -> Result<(), sqlx::Error> {
    let mut attempt = 1_u32;
    loop {
        match sqlx::query("select rm.rewrite_keys()").execute(pool).await {
            Err(error) if builds::is_in_the_way(&error) && attempt < ATTEMPTS => {
                attempt = attempt.saturating_add(1);
                tokio::time::sleep(PAUSE).await;
            }
            other => return other.map(|_| ()),
        }
    }
}

async fn copy_and_show(log: &PostgresLog, checkpoints: Vec<Checkpoint>) -> Result<(), RebuildError> {
    let mut copies = Vec::with_capacity(checkpoints.len());
    for checkpoint in checkpoints {
        let position = for_model!(checkpoint.model, R => copy::<R>(log.pool(), checkpoint).await?);
        builds::index(log.pool(), checkpoint, position).await?;
        copies.push(Checkpoint {
            position,
            ..checkpoint
        });
    }
    let options = RebuildOptions {
        models: &Model::ALL,
        keep_previous: false,
        workers: 1,
        progress: &|_| (),
    };
    builds::show(log, &copies, options).await?;
    Ok(())
}

/// Copies the rows of the shown build as they are at one moment, and returns the position of that moment.
async fn copy<R: Row>(pool: &PgPool, to: Checkpoint) -> Result<Position, RebuildError> {
    let mut transaction = pool.begin().await?;
    transaction
        .execute("set transaction isolation level repeatable read; set local statement_timeout = 0")
        .await?;
    let from = shown(&mut transaction, to).await?;
    if !outdated_by_erasure::<R>(&mut transaction, from.build)
        .await?
        .is_empty()
    {
        return Err(RebuildError::NotForgotten(to.model));
    }
    let columns: Vec<_> = R::COLUMNS.iter().map(|column| column.name).collect();
    let columns = columns.join(", ");
    let sql = format!(
        "insert into {} ({columns}) select {columns} from {}",
        table(to.model, to.build),
        table(from.model, from.build)
    );
    transaction.execute(sql.as_str()).await?;
    transaction.commit().await?;
    Ok(from.position)
}

/// The build that readers see. Refused while somebody else rebuilds the model: that build may hold events that were
/// read before the erasure.
async fn shown(transaction: &mut PgConnection, ours: Checkpoint) -> Result<Checkpoint, RebuildError> {
    let row = sqlx::query(
        "select shown.version, shown.position,
                exists (select from es.projection other
                        where other.name = $1 and other.status = 'building' and other.version <> $2) as is_rebuilt
         from es.projection shown where shown.name = $1 and shown.shard = 0 and shown.status in ('live', 'stopped')",
    )
    .bind(ours.model.name())
    .bind(ours.build)
    .fetch_one(transaction)
    .await?;
    if row.try_get("is_rebuilt")? {
        return Err(RebuildError::Rebuilding(ours.model));
    }
    Ok(Checkpoint {
        model: ours.model,
        build: row.try_get("version")?,
        position: Position::new(row.try_get("position")?),
    })
}
