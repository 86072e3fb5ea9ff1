//! Checkpoints: the position of each build of each read model, and which build readers see.
//!
//! One build of a model is shown: its status is `live`, or `stopped` after an event that it could not fold. All shown
//! builds move together, in one statement, under the fence of the lease that their owner holds.

use event_store::{Lease, Position, sql};
use serde_json::Value;
use sqlx::{PgConnection, PgPool, Row as _, postgres::PgRow};

use crate::{Model, ReadModelError, envelope::Poison};

/// A build of a read model, as `allocations project status` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelStatus {
    /// The model.
    pub model: Model,
    /// Its number.
    pub build: i32,
    /// Its use.
    pub status: BuildStatus,
    /// The last position that it folded.
    pub position: Position,
    /// The newest position of the log.
    pub head: Position,
    /// The reason for which it stopped.
    pub error: Option<String>,
    /// Whether it is unfinished and the process that built it no longer reports.
    pub abandoned: bool,
}

/// The use of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BuildStatus {
    /// Not ready to be shown.
    Building,
    /// Shown, and kept up to date.
    Live,
    /// Shown, but stopped before an event that it could not fold.
    Stopped,
    /// Shown before, and kept for `switch`.
    Previous,
}

impl BuildStatus {
    /// The word in the database and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Live => "live",
            Self::Stopped => "stopped",
            Self::Previous => "previous",
        }
    }

    /// Whether readers see it.
    #[must_use]
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Live | Self::Stopped)
    }

    fn parse(code: &str) -> Result<Self, ReadModelError> {
        [Self::Building, Self::Live, Self::Stopped, Self::Previous]
            .into_iter()
            .find(|status| status.code() == code)
            .ok_or_else(|| ReadModelError::Damaged("the status of a read model".into()))
    }
}

/// A build and its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    pub(crate) model: Model,
    pub(crate) build: i32,
    pub(crate) position: Position,
}

/// Every build of every model, and the head, at one moment.
pub(crate) async fn status(pool: &PgPool) -> Result<Vec<ModelStatus>, ReadModelError> {
    let sql = format!(
        "select p.name, p.version, p.status, p.position, p.error ->> 'message' as error, head.position as head,
                p.status = 'building' and p.updated_at < clock_timestamp() - interval '1 minute' as abandoned
         from es.projection p, {head} head
         where p.name = any($1) and p.shard = 0
         order by p.name, p.version",
        head = sql::HEAD
    );
    let rows = sqlx::query(&sql).bind(names()).fetch_all(pool).await?;
    rows.iter()
        .map(|row| {
            let checkpoint = from_row(row)?;
            Ok(ModelStatus {
                model: checkpoint.model,
                build: checkpoint.build,
                status: BuildStatus::parse(row.try_get("status")?)?,
                position: checkpoint.position,
                head: Position::new(row.try_get("head")?),
                error: row.try_get("error")?,
                abandoned: row.try_get("abandoned")?,
            })
        })
        .collect()
}

/// Registers the first build of each model, which the migrations made.
pub(crate) async fn register(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into es.projection (name, version, status)
         select model, 1, 'live' from unnest($1::text[]) model
         where not exists (select from es.projection p where p.name = model)
         on conflict do nothing",
    )
    .bind(names())
    .execute(connection)
    .await
    .map(|_| ())
}

/// Takes over the builds that readers see: from now on only this lease's fence can move them. A stopped build is
/// tried again, because a newer program may decode what it could not.
pub(crate) async fn take_over(
    connection: &mut PgConnection,
    lease: &Lease,
) -> Result<Vec<Checkpoint>, ReadModelError> {
    let rows = sqlx::query(
        "update es.projection
         set fence = $2, owner = $3, status = 'live', error = null, updated_at = clock_timestamp()
         where name = any($1) and shard = 0 and status in ('live', 'stopped') and fence < $2
         returning name, version, position",
    )
    .bind(names())
    .bind(lease.fence)
    .bind(lease.owner)
    .fetch_all(connection)
    .await?;
    rows.iter().map(from_row).collect()
}

/// Reports that these builds are still being built.
pub(crate) async fn touch(pool: &PgPool, checkpoints: &[Checkpoint]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update es.projection p set updated_at = clock_timestamp()
         from unnest($1::text[], $2::integer[]) as mine (name, version)
         where p.name = mine.name and p.version = mine.version and p.shard = 0 and p.status = 'building'",
    )
    .bind(
        checkpoints
            .iter()
            .map(|checkpoint| checkpoint.model.name())
            .collect::<Vec<_>>(),
    )
    .bind(
        checkpoints
            .iter()
            .map(|checkpoint| checkpoint.build)
            .collect::<Vec<_>>(),
    )
    .execute(pool)
    .await
    .map(|_| ())
}

/// The builds that this lease may move.
pub(crate) async fn held(
    connection: &mut PgConnection,
    lease: &Lease,
) -> Result<Vec<Checkpoint>, ReadModelError> {
    let rows = sqlx::query(
        "select name, version, position from es.projection
         where name = any($1) and shard = 0 and status = 'live' and fence = $2",
    )
    .bind(names())
    .bind(lease.fence)
    .fetch_all(connection)
    .await?;
    rows.iter().map(from_row).collect()
}

/// Moves these builds to a position, if all are still at their checkpoints and under this fence; false otherwise, and
/// then the caller must roll back.
pub(crate) async fn advance_in_tx(
    transaction: &mut PgConnection,
    checkpoints: &[Checkpoint],
    status: BuildStatus,
    fence: i64,
    to: Position,
) -> Result<bool, sqlx::Error> {
    let advanced = sqlx::query(
        "update es.projection p set position = $5, updated_at = clock_timestamp()
         from unnest($1::text[], $2::integer[], $3::bigint[]) as mine (name, version, position)
         where p.name = mine.name and p.version = mine.version and p.shard = 0
           and p.position = mine.position and p.fence = $4 and p.status = $6",
    )
    .bind(
        checkpoints
            .iter()
            .map(|checkpoint| checkpoint.model.name())
            .collect::<Vec<_>>(),
    )
    .bind(
        checkpoints
            .iter()
            .map(|checkpoint| checkpoint.build)
            .collect::<Vec<_>>(),
    )
    .bind(
        checkpoints
            .iter()
            .map(|checkpoint| checkpoint.position.get())
            .collect::<Vec<_>>(),
    )
    .bind(fence)
    .bind(to.get())
    .bind(status.code())
    .execute(transaction)
    .await?;
    Ok(usize::try_from(advanced.rows_affected()) == Ok(checkpoints.len()))
}

/// Locks a build until the transaction ends; false when it has moved, is gone, or has another fence.
pub(crate) async fn hold_in_tx(
    transaction: &mut PgConnection,
    checkpoint: &Checkpoint,
    fence: i64,
) -> Result<bool, sqlx::Error> {
    let held = sqlx::query(
        "select from es.projection
         where name = $1 and version = $2 and shard = 0 and position = $3 and (fence = $4 or status = 'previous')
         for update",
    )
    .bind(checkpoint.model.name())
    .bind(checkpoint.build)
    .bind(checkpoint.position.get())
    .bind(fence)
    .fetch_optional(transaction)
    .await?;
    Ok(held.is_some())
}

/// Stops a build before an event that it cannot fold; false when it has moved or has another fence.
pub(crate) async fn stop(
    connection: &mut PgConnection,
    checkpoint: &Checkpoint,
    fence: i64,
    poison: &Poison,
) -> Result<bool, sqlx::Error> {
    let error = Value::from_iter([
        ("position", Value::from(poison.position.get())),
        ("eventType", Value::from(poison.event_type.as_str())),
        ("message", Value::from(poison.to_string())),
    ]);
    let stopped = sqlx::query(
        "update es.projection set status = 'stopped', error = $5, updated_at = clock_timestamp()
         where name = $1 and version = $2 and shard = 0 and fence = $3 and position = $4",
    )
    .bind(checkpoint.model.name())
    .bind(checkpoint.build)
    .bind(fence)
    .bind(checkpoint.position.get())
    .bind(error)
    .execute(connection)
    .await?;
    Ok(stopped.rows_affected() == 1)
}

/// The names of all models.
pub(crate) fn names() -> Vec<&'static str> {
    Model::ALL.map(Model::name).to_vec()
}

/// The checkpoint in a row.
pub(crate) fn from_row(row: &PgRow) -> Result<Checkpoint, ReadModelError> {
    let name: &str = row.try_get("name")?;
    let model = name
        .parse()
        .map_err(|_| ReadModelError::Damaged("the name of a read model".into()))?;
    Ok(Checkpoint {
        model,
        build: row.try_get("version")?,
        position: Position::new(row.try_get("position")?),
    })
}
