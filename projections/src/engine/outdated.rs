//! Rows that another version of the program wrote differently are written again, while the log goes on being folded.

use event_store::Lease;
use sqlx::PgPool;

use crate::{
    ReadModelError,
    engine::{
        checkpoints::{self, Checkpoint},
        row::Row,
        table::{self, RowBatch},
    },
    envelope::RowKey,
};

/// Rows of one transaction: few enough that the log does not wait for it.
const BATCH: u16 = 500;

/// The progress through the outdated rows of a build, in the order of their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rewriting {
    /// Up to this key, or not begun.
    Reached(Option<RowKey>),
    /// To the end.
    Done,
}

/// Writes the next outdated rows again; none if the build has left this checkpoint or belongs to another lease.
pub(crate) async fn rewrite_next<R: Row>(
    pool: &PgPool,
    lease: &Lease,
    checkpoint: Checkpoint,
    from: Option<RowKey>,
) -> Result<Option<Rewriting>, ReadModelError> {
    let Some(outdated) = R::outdated() else {
        return Ok(Some(Rewriting::Done));
    };
    let mut transaction = pool.begin().await?;
    if !checkpoints::hold_in_tx(&mut transaction, &checkpoint, lease.fence).await? {
        return Ok(None);
    }
    let sql = format!(
        "select {} from {} where {outdated} and {key} > $1 order by {key} limit {BATCH}",
        R::STATE,
        table::table(checkpoint.model, checkpoint.build),
        key = R::key_column(),
    );
    let rows = sqlx::query(&sql)
        .bind(from.map(|key| key.to_string()).unwrap_or_default())
        .fetch_all(&mut *transaction)
        .await?;
    let rows: Vec<(RowKey, R)> = rows.iter().map(R::restore).collect::<Result<_, _>>()?;
    let written = RowBatch::whole(
        checkpoint.build,
        &rows.iter().map(|(_, row)| row).collect::<Vec<_>>(),
    );
    let written = written.map_err(|_| ReadModelError::Damaged("a row of a read model".into()))?;
    table::store(&mut transaction, written).await?;
    transaction.commit().await?;
    Ok(Some(match rows.last() {
        Some((key, _)) => Rewriting::Reached(Some(*key)),
        None => Rewriting::Done,
    }))
}
