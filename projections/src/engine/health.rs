//! The shown builds compared with the log, for readiness and health.

use std::time::Duration;

use event_store::{Position, sql};
use sqlx::{PgPool, Row as _, postgres::PgRow};

use crate::{BuildStatus, Model, ReadModelError, ReadModels, engine::checkpoints};

/// A build that readers see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownBuild {
    /// Its model.
    pub model: Model,
    /// Whether it stopped before an event that it could not fold.
    pub stopped: bool,
    /// The last position that it folded.
    pub position: Position,
    /// The newest position of the log.
    pub head: Position,
    /// The time for which it has not moved although there are events to fold, by the database's clock.
    pub still_for: Duration,
}

/// A build that lags has not moved since its last batch, or since the first waiting event was recorded if that is
/// later.
fn statement() -> String {
    format!(
        "select p.name, p.version, p.status = $2 as stopped, p.position, head.position as head,
                case when p.position < head.position
                    then greatest(extract(epoch from clock_timestamp() - greatest(p.updated_at, {waiting_since})), 0)
                    else 0
                end::float8 as still_for
         from {head} head
         cross join es.projection p
         where p.name = any($1) and p.shard = 0 and p.status in ('live', 'stopped')
         order by p.name",
        head = sql::HEAD,
        waiting_since = sql::recorded_at("p.position + 1"),
    )
}

impl ReadModels {
    /// The builds that readers see, and the head, at one moment. Empty in a database in which nobody has folded
    /// yet.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn shown(&self) -> Result<Vec<ShownBuild>, ReadModelError> {
        shown(&self.pool).await
    }
}

async fn shown(pool: &PgPool) -> Result<Vec<ShownBuild>, ReadModelError> {
    let rows = sqlx::query(&statement())
        .bind(checkpoints::names())
        .bind(BuildStatus::Stopped.code())
        .fetch_all(pool)
        .await?;
    rows.iter().map(build).collect()
}

fn build(row: &PgRow) -> Result<ShownBuild, ReadModelError> {
    let checkpoint = checkpoints::from_row(row)?;
    let still_for: f64 = row.try_get("still_for")?;
    Ok(ShownBuild {
        model: checkpoint.model,
        stopped: row.try_get("stopped")?,
        position: checkpoint.position,
        head: Position::new(row.try_get("head")?),
        still_for: Duration::try_from_secs_f64(still_for).unwrap_or_default(),
    })
}
