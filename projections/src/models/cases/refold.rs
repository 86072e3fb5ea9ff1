//! Rows whose names another version of the program folded are written anew, while it goes on folding the log.

use domain::{NomsNumber, names::FOLDING};
use event_store::Lease;
use sqlx::PgPool;

use super::CaseRow;
use crate::{
    ReadModelError,
    engine::{
        checkpoints::{self, Checkpoint},
        row::Row,
        table::{self, Rows},
    },
};

/// Rows of one transaction: few enough that the log does not wait for it.
const AT_ONCE: i64 = 500;

/// How far the rows of a build have been looked at, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refolding {
    /// Up to this one, or not at all.
    Reached(Option<NomsNumber>),
    /// To the end.
    Done,
}

/// Folds the names of the next rows anew, if the build still stands at this checkpoint and is this lease's; none if it does not.
pub(crate) async fn refold(
    pool: &PgPool,
    lease: &Lease,
    checkpoint: Checkpoint,
    from: Option<NomsNumber>,
) -> Result<Option<Refolding>, ReadModelError> {
    let mut transaction = pool.begin().await?;
    if !checkpoints::hold_in_tx(&mut transaction, &checkpoint, lease.fence).await? {
        return Ok(None);
    }
    let sql = format!(
        "select {} from {} where folding <> $1 and noms > $2 order by noms limit {AT_ONCE}",
        CaseRow::STATE,
        table::table(checkpoint.model, checkpoint.build),
    );
    let rows = sqlx::query(&sql)
        .bind(FOLDING)
        .bind(from.map(String::from).unwrap_or_default())
        .fetch_all(&mut *transaction)
        .await?;
    let cases: Vec<CaseRow> = rows
        .iter()
        .map(|row| CaseRow::restore(row).map(|(_, case)| case))
        .collect::<Result<_, _>>()?;
    let written = Rows::whole(checkpoint.build, &cases.iter().collect::<Vec<_>>());
    let written = written.map_err(|_| ReadModelError::Damaged("a row of a read model".into()))?;
    table::store(&mut transaction, written).await?;
    transaction.commit().await?;
    Ok(Some(match cases.last() {
        Some(last) => Refolding::Reached(Some(last.noms)),
        None => Refolding::Done,
    }))
}
