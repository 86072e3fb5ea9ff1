//! Queries of allocations.

use std::collections::HashMap;

use domain::{NomsNumber, allocation::Allocation};
use event_store::Position;
use sqlx::{Row as _, postgres::PgRow};

use super::AllocationRow;
use crate::{
    ReadModelError, ReadModels,
    engine::{columns::json, row::Row},
    envelope::RowKey,
};

/// A prisoner's allocation, present or past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocationView {
    /// Whose.
    pub noms: NomsNumber,
    /// The version of the stream, which the next command may name as the expected one.
    pub version: u64,
    /// The position of the last event that changed it.
    pub position: Position,
    /// The number of announced changes of the primary POM.
    pub announced: u64,
    /// The state.
    pub allocation: Allocation,
}

impl From<AllocationRow> for AllocationView {
    fn from(row: AllocationRow) -> Self {
        let AllocationRow {
            noms,
            version,
            position,
            announced,
            state,
            ..
        } = row;
        Self {
            noms,
            version,
            position,
            announced,
            allocation: state,
        }
    }
}

impl ReadModels {
    /// A prisoner's allocation; none for a prisoner who was never allocated.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn allocation(&self, noms: NomsNumber) -> Result<Option<AllocationView>, ReadModelError> {
        Ok(self.allocations(&[noms]).await?.remove(&noms))
    }

    /// The allocations of these prisoners; those who were never allocated are left out.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn allocations(
        &self,
        noms: &[NomsNumber],
    ) -> Result<HashMap<NomsNumber, AllocationView>, ReadModelError> {
        let sql = format!(
            "select {} from read.allocations where noms = any($1)",
            AllocationRow::STATE
        );
        let keys: Vec<&str> = noms.iter().map(NomsNumber::as_str).collect();
        let rows = sqlx::query(&sql).bind(keys).fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| restored(row).map(|view| (view.noms, view)))
            .collect()
    }

    /// A prisoner's allocation at this version of its stream or a later one, from memory: known if this process folded it
    /// recently, so that a mutation need not ask Postgres for what it has just changed.
    #[must_use]
    pub fn recent_allocation(&self, noms: NomsNumber, version: u64) -> Option<AllocationView> {
        self.recent
            .read::<AllocationRow, _>(RowKey::Prisoner(noms), |view| {
                (view.version >= version).then(|| view.clone())
            })
    }
}

fn restored(row: &PgRow) -> Result<AllocationView, ReadModelError> {
    match AllocationRow::restore(row)? {
        (RowKey::Prisoner(_), row) => Ok(row.into()),
        (RowKey::Pom(..), _) => Err(ReadModelError::Damaged("the key of an allocation".into())),
    }
}

/// The allocation in a row joined as `a`, its columns named with the prefix `a_`; none when there is none to join.
pub(crate) fn view_in_join(noms: NomsNumber, row: &PgRow) -> Result<Option<AllocationView>, ReadModelError> {
    let Some(version) = row.try_get::<Option<i64>, _>("a_version")? else {
        return Ok(None);
    };
    let number = |column: &str| row.try_get::<i64, _>(column);
    Ok(Some(AllocationView {
        noms,
        version: u64::try_from(version).unwrap_or_default(),
        position: Position::new(number("a_position")?),
        announced: u64::try_from(number("a_announced")?).unwrap_or_default(),
        allocation: json(row, "a_state")?,
    }))
}
