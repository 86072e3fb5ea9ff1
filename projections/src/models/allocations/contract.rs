//! The allocation as other services read it: never 'not found' only because we are behind.

use std::time::Duration;

use domain::{
    NomsNumber, PrisonCode,
    allocation::{AllocationEventKind, AllocationTrigger, Assignment},
    pom::{Pom, StaffDetails},
};
use event_store::{Position, sql};
use sqlx::{PgPool, Row as _, postgres::PgRow};

use super::{AllocationRow, AllocationView};
use crate::{
    Model, ReadModelError, ReadModels,
    engine::{columns::json, row::Row},
};

/// How long a request waits for a read model that lags behind the prisoner's stream.
const TIMEOUT: Duration = Duration::from_secs(1);

/// The contract's answer about one prisoner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contract {
    /// Never allocated.
    NeverAllocated,
    /// Allocated once, without a primary POM now.
    NotAllocated {
        /// The number of announced changes of the primary POM.
        version: u64,
        /// The position of the last event.
        position: Position,
    },
    /// Has a primary POM.
    Allocated(Box<ContractAllocation>),
}

/// A case with a primary POM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractAllocation {
    /// Whose.
    pub noms: NomsNumber,
    /// Who owns the case.
    pub primary: ContractPom,
    /// Who works with them.
    pub coworking: Option<ContractPom>,
    /// Where the allocation was made.
    pub prison: PrisonCode,
    /// The number of announced changes of the primary POM; messages carry the same number.
    pub version: u64,
    /// The position of the last event.
    pub position: Position,
    /// What happened last, and what triggered it.
    pub last: Option<(AllocationEventKind, AllocationTrigger)>,
}

/// A POM on a case: as recorded with the allocation, and as known now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractPom {
    /// The snapshot.
    pub assignment: Assignment,
    /// The name and address last observed at that prison; none for someone who was never a POM there.
    pub current: Option<StaffDetails>,
}

impl Contract {
    /// The answer for an allocation, without what is known now.
    #[must_use]
    pub fn of(view: Option<AllocationView>) -> Self {
        let Some(view) = view else {
            return Self::NeverAllocated;
        };
        let AllocationView {
            noms,
            version: _,
            position,
            announced: version,
            allocation,
            ..
        } = view;
        let pom = |assignment| ContractPom {
            assignment,
            current: None,
        };
        match (allocation.primary, allocation.prison) {
            (Some(primary), Some(prison)) => Self::Allocated(Box::new(ContractAllocation {
                noms,
                primary: pom(primary),
                coworking: allocation.coworking.map(pom),
                prison,
                version,
                position,
                last: allocation.last,
            })),
            _ => Self::NotAllocated { version, position },
        }
    }
}

impl ReadModels {
    /// The allocation as other services read it. When the prisoner's stream is ahead of the read model it waits for up
    /// to a second.
    ///
    /// # Errors
    /// [`ReadModelError::NotYetProjected`] or [`ReadModelError::Stopped`] rather than an answer that is not true any more.
    pub async fn contract(&self, noms: NomsNumber) -> Result<Contract, ReadModelError> {
        let found = read(&self.pool, noms).await?;
        let Some(missing) = found.missing else {
            return Ok(found.contract);
        };
        self.reached_by(Model::Allocations, missing, TIMEOUT).await?;
        // No message can have announced yet what was recorded since then.
        Ok(read(&self.pool, noms).await?.contract)
    }
}

/// The contract as the read model holds it, compared with the prisoner's stream.
struct FoundContract {
    contract: Contract,
    /// The position of the last event of the stream, when the read model has not folded it.
    missing: Option<Position>,
}

/// The POM of a role as known now. A subquery, because Postgres locks views in the order in which they are named,
/// subqueries last, and the order has to be that of [`Model::ALL`], in which new builds are shown.
fn pom_now(role: &str) -> String {
    format!(
        "(select pom::text from read.poms
          where key = (state::jsonb ->> 'prison') || '-' || (state::jsonb #>> '{{{role},pom,staffId}}'))"
    )
}

/// Reads the contract in one statement, so that the stream, the allocation and the POMs are of the same moment.
async fn read(pool: &PgPool, noms: NomsNumber) -> Result<FoundContract, ReadModelError> {
    let sql = format!(
        "select {state}, recorded_version, last_position, {primary} as primary_now, {coworking} as coworking_now
         from (values ($1::text)) asked (prisoner)
         left join read.allocations on noms = prisoner
         left join (select stream_id, version as recorded_version, last_position from {stream_ends} ends) stream
             on stream_id = 'allocation-' || prisoner",
        state = AllocationRow::STATE,
        stream_ends = sql::STREAM_ENDS,
        primary = pom_now("primary"),
        coworking = pom_now("coworking"),
    );
    let row = sqlx::query(&sql).bind(noms.as_str()).fetch_one(pool).await?;
    let view = match row.try_get::<Option<String>, _>("noms")? {
        Some(_) => Some(AllocationView::from(AllocationRow::restore(&row)?.1)),
        None => None,
    };
    let folded = view.as_ref().map_or(0, |view| view.version);
    let recorded: Option<i64> = row.try_get("recorded_version")?;
    let behind = recorded
        .and_then(|version| u64::try_from(version).ok())
        .is_some_and(|version| version > folded);
    let last: Option<i64> = row.try_get("last_position")?;
    let mut contract = Contract::of(view);
    if let Contract::Allocated(allocated) = &mut contract {
        allocated.primary.current = details(&row, "primary_now")?;
        if let Some(coworking) = &mut allocated.coworking {
            coworking.current = details(&row, "coworking_now")?;
        }
    }
    Ok(FoundContract {
        contract,
        missing: last.filter(|_| behind).map(Position::new),
    })
}

fn details(row: &PgRow, column: &str) -> Result<Option<StaffDetails>, ReadModelError> {
    match row.try_get::<Option<&str>, _>(column)? {
        Some(_) => Ok(json::<Pom>(row, column)?.details),
        None => Ok(None),
    }
}
