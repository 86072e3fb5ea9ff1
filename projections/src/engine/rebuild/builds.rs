//! The life of a build, from its creation until it is dropped.

use event_store::{Log, Position, PostgresLog};
use sqlx::{Connection, Executor, PgConnection, PgPool};
use tokio::sync::mpsc;

use super::{
    RebuildError, RebuildOptions, RebuildPhase, RebuildProgress,
    catch_up::{CatchUp, UNFENCED},
    partitions::Load,
};
use crate::{
    BuildStatus, Model, ReadModelError,
    engine::{
        checkpoints::{self, Checkpoint},
        table::table,
    },
    error::sqlstate,
};

/// Attempts to show new builds while readers keep the views busy.
const ATTEMPTS: u32 = 5;
/// Chunks of rows that may wait for the database.
const QUEUE: usize = 4;

/// Creates an empty build of each model, and its checkpoint.
pub(super) async fn create(pool: &PgPool, models: &[Model]) -> Result<Vec<Checkpoint>, RebuildError> {
    let mut transaction = pool.begin().await?;
    // Two rebuilds that begin at the same time must not take the same number.
    sqlx::query("select pg_advisory_xact_lock(hashtext('rm.create_build'))")
        .execute(&mut *transaction)
        .await?;
    checkpoints::register(&mut transaction).await?;
    let mut checkpoints = Vec::with_capacity(models.len());
    for model in models {
        let build: i32 = sqlx::query_scalar(
            "insert into es.projection (name, version, fence)
             select $1, max(version) + 1, $2 from es.projection where name = $1
             returning version",
        )
        .bind(model.name())
        .bind(UNFENCED)
        .fetch_one(&mut *transaction)
        .await?;
        call(&mut transaction, "create_build", *model, build).await?;
        checkpoints.push(Checkpoint {
            model: *model,
            build,
            position: Position::START,
        });
    }
    transaction.commit().await?;
    Ok(checkpoints)
}

async fn call(
    connection: &mut PgConnection,
    function: &str,
    model: Model,
    build: i32,
) -> Result<(), sqlx::Error> {
    let sql = format!("select rm.{function}($1, $2)");
    sqlx::query(&sql)
        .bind(model.name())
        .bind(build)
        .execute(connection)
        .await
        .map(|_| ())
}

/// Writes the rows of a build, reports the number of rows after each chunk, and returns the number of all rows.
pub(super) async fn write(
    pool: &PgPool,
    checkpoint: Checkpoint,
    load: Load,
    written: &(dyn Fn(u64) + Send + Sync),
) -> Result<u64, RebuildError> {
    let columns = load.columns();
    let (sender, mut chunks) = mpsc::channel::<(String, u64)>(QUEUE);
    let mut writers = Vec::with_capacity(load.0.len());
    for rows in load.0 {
        let sender = sender.clone();
        writers.push(tokio::task::spawn_blocking(move || {
            rows.write(&mut |chunk, count| sender.blocking_send((chunk, count)).is_ok())
        }));
    }
    drop(sender);

    let mut transaction = pool.begin().await?;
    transaction.execute("set local statement_timeout = 0").await?;
    let mut copy = transaction
        .copy_in_raw(&format!(
            "copy {} ({columns}) from stdin",
            table(checkpoint.model, checkpoint.build)
        ))
        .await?;
    let mut count = 0_u64;
    while let Some((chunk, rows)) = chunks.recv().await {
        copy.send(chunk.into_bytes()).await?;
        count = count.saturating_add(rows);
        written(rows);
    }
    copy.finish().await?;
    transaction.commit().await?;
    for writer in writers {
        if !writer.await.unwrap_or(false) {
            return Err(ReadModelError::Damaged(format!("a row of {}", checkpoint.model).into()).into());
        }
    }
    Ok(count)
}

/// Makes the indexes of a build and moves its checkpoint to the position of its rows.
pub(super) async fn index(
    pool: &PgPool,
    checkpoint: Checkpoint,
    position: Position,
) -> Result<(), RebuildError> {
    let mut transaction = pool.begin().await?;
    transaction.execute("set local statement_timeout = 0").await?;
    call(
        &mut transaction,
        "index_build",
        checkpoint.model,
        checkpoint.build,
    )
    .await?;
    let there = checkpoints::advance_in_tx(
        &mut transaction,
        &[checkpoint],
        BuildStatus::Building,
        UNFENCED,
        position,
    )
    .await?;
    if !there && position > Position::START {
        return Err(RebuildError::NoSuchBuild {
            model: checkpoint.model,
            build: checkpoint.build,
        });
    }
    transaction.commit().await?;
    Ok(())
}

/// Brings new builds up to date, shows them in place of the ones in use, and returns the position at which it did.
pub(super) async fn show(
    log: &PostgresLog,
    checkpoints: &[Checkpoint],
    options: RebuildOptions<'_>,
) -> Result<Position, RebuildError> {
    let (position, previous) =
        bring_and_show(log, checkpoints, BuildStatus::Building, options.progress).await?;
    if !options.keep_previous {
        for checkpoint in previous {
            drop_build(log.pool(), checkpoint.model, checkpoint.build).await?;
        }
    }
    Ok(position)
}

async fn bring_and_show(
    log: &PostgresLog,
    checkpoints: &[Checkpoint],
    status: BuildStatus,
    progress: &(dyn Fn(RebuildProgress) + Send + Sync),
) -> Result<(Position, Vec<Checkpoint>), RebuildError> {
    let mut catch_up = CatchUp::new(checkpoints, status);
    let mut attempt = 0_u32;
    loop {
        catch_up.approach(log).await?;
        progress(RebuildProgress {
            phase: RebuildPhase::Switching,
            done: u64::from(attempt),
            total: u64::from(ATTEMPTS),
        });
        match exchange(log, catch_up.checkpoints(), status).await {
            Err(Obstacle::Busy(model)) => {
                attempt = attempt.saturating_add(1);
                if attempt >= ATTEMPTS {
                    return Err(RebuildError::Busy(model));
                }
            }
            Err(Obstacle::Error(error)) => return Err(error),
            Ok(shown) => return Ok(shown),
        }
    }
}

/// The reasons for which builds were not shown.
enum Obstacle {
    Busy(Model),
    Error(RebuildError),
}

impl<E: Into<RebuildError>> From<E> for Obstacle {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// Exchanges the builds in one transaction: it locks the checkpoints, folds the new builds up to the shown ones, and
/// shows them.
async fn exchange(
    log: &PostgresLog,
    checkpoints: Vec<Checkpoint>,
    status: BuildStatus,
) -> Result<(Position, Vec<Checkpoint>), Obstacle> {
    let mut connection = log.pool().acquire().await?;
    let mut transaction = connection.begin().await?;
    transaction.execute("set local lock_timeout = '2s'").await?;
    let mut previous = Vec::with_capacity(checkpoints.len());
    for checkpoint in &checkpoints {
        previous.extend(lock_shown(&mut transaction, checkpoint.model).await?);
    }
    let shown_at = previous
        .iter()
        .map(|checkpoint| checkpoint.position)
        .max()
        .unwrap_or_default();
    // A log that was restored to an earlier point may end before the shown position.
    let shown_at = shown_at.min(log.head().await?);
    let mut catch_up = CatchUp::new(&checkpoints, status);
    catch_up.arrive_in_tx(log, &mut transaction, shown_at).await?;
    for checkpoint in catch_up.checkpoints() {
        let old = previous
            .iter()
            .find(|old| old.model == checkpoint.model)
            .map(|old| old.build);
        exchange_checkpoints(&mut transaction, checkpoint, old).await?;
        match call(&mut transaction, "show_build", checkpoint.model, checkpoint.build).await {
            Err(error) if is_in_the_way(&error) => return Err(Obstacle::Busy(checkpoint.model)),
            other => other?,
        }
    }
    transaction.commit().await?;
    let position = catch_up
        .checkpoints()
        .iter()
        .map(|checkpoint| checkpoint.position)
        .min()
        .unwrap_or_default();
    Ok((position, previous))
}

async fn lock_shown(transaction: &mut PgConnection, model: Model) -> Result<Option<Checkpoint>, sqlx::Error> {
    let shown: Option<(i32, i64)> = sqlx::query_as(
        "select version, position from es.projection
         where name = $1 and shard = 0 and status in ('live', 'stopped') for update",
    )
    .bind(model.name())
    .fetch_optional(transaction)
    .await?;
    Ok(shown.map(|(build, position)| Checkpoint {
        model,
        build,
        position: Position::new(position),
    }))
}

/// Gives the new build the fence of the old one, so that the same process moves it.
async fn exchange_checkpoints(
    transaction: &mut PgConnection,
    new: Checkpoint,
    old: Option<i32>,
) -> Result<(), RebuildError> {
    sqlx::query(
        "update es.projection new
         set status = 'live', error = null, updated_at = clock_timestamp(),
             fence = coalesce(old.fence, new.fence), owner = old.owner
         from (select 1) one left join es.projection old on old.name = $1 and old.version = $3 and old.shard = 0
         where new.name = $1 and new.version = $2 and new.shard = 0",
    )
    .bind(new.model.name())
    .bind(new.build)
    .bind(old)
    .execute(&mut *transaction)
    .await?;
    sqlx::query(
        "update es.projection set status = 'previous', fence = $3, updated_at = clock_timestamp()
         where name = $1 and version = $2 and shard = 0",
    )
    .bind(new.model.name())
    .bind(old)
    .bind(UNFENCED)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Whether another transaction holds a lock for too long, or waits for one of ours.
pub(super) fn is_in_the_way(error: &sqlx::Error) -> bool {
    matches!(sqlstate(error).as_deref(), Some("55P03" | "40P01"))
}

/// Shows readers an earlier build that was kept, once it is up to date, and returns the position at which it did.
///
/// # Errors
/// When there is no such build, or it cannot be brought up to date.
pub async fn switch(log: &PostgresLog, model: Model, build: i32) -> Result<Position, RebuildError> {
    let builds = checkpoints::status(log.pool()).await?;
    let wanted = builds
        .iter()
        .find(|known| known.model == model && known.build == build);
    let wanted = wanted.filter(|known| known.status == BuildStatus::Previous);
    let position = wanted.ok_or(RebuildError::NoSuchBuild { model, build })?.position;
    let checkpoint = Checkpoint {
        model,
        build,
        position,
    };
    Ok(bring_and_show(log, &[checkpoint], BuildStatus::Previous, &|_| ())
        .await?
        .0)
}

/// Drops a build that readers do not see.
///
/// # Errors
/// When there is no such build, or readers see it.
pub async fn drop_build(pool: &PgPool, model: Model, build: i32) -> Result<(), RebuildError> {
    let mut transaction = pool.begin().await?;
    let gone = sqlx::query(
        "delete from es.projection where name = $1 and version = $2 and status not in ('live', 'stopped')",
    )
    .bind(model.name())
    .bind(build)
    .execute(&mut *transaction)
    .await?;
    if gone.rows_affected() == 0 {
        return Err(RebuildError::NoSuchBuild { model, build });
    }
    call(&mut transaction, "drop_build", model, build).await?;
    transaction.commit().await?;
    Ok(())
}
