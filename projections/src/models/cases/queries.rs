//! Questions about single cases, and the counts of a prison.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{NomsNumber, PrisonCode, policy::PolicyVersion};
use sqlx::PgPool;

use super::{CaseRow, CaseView};
use crate::{
    ReadModelError,
    engine::{
        row::Row,
        table::{count, parsed},
    },
    models::allocations,
};

/// How many cases of a prison are in each list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PrisonCounts {
    /// With a primary POM here.
    pub allocated: u64,
    /// To be allocated.
    pub unallocated: u64,
    /// Lacking information.
    pub missing_information: u64,
}

/// The column that holds the bucket under this version of the policy.
pub(crate) const fn bucket_column(policy: PolicyVersion) -> &'static str {
    match policy {
        PolicyVersion::TierBased => "bucket_tier_based",
        PolicyVersion::RoshBased => "bucket_rosh_based",
    }
}

/// The case of a prisoner; none for someone who was never observed.
pub(crate) async fn by_noms(
    pool: &PgPool,
    policy: PolicyVersion,
    noms: NomsNumber,
    today: NaiveDate,
) -> Result<Option<CaseView>, ReadModelError> {
    let case = CaseRow::STATE
        .split(", ")
        .map(|column| format!("c.{column}"))
        .collect::<Vec<_>>()
        .join(", ");
    let sql = format!(
        "select {case}, a.version as a_version, a.position as a_position, a.announced as a_announced,
                a.state::text as a_state
         from read.cases c left join read.allocations a on a.noms = c.noms
         where c.noms = $1"
    );
    let found = sqlx::query(&sql).bind(noms.as_str()).fetch_optional(pool).await?;
    let Some(row) = found else { return Ok(None) };
    let (_, case) = CaseRow::restore(&row)?;
    let allocation = allocations::view_in_join(noms, &row)?;
    Ok(CaseView::new(case, allocation, policy, today))
}

/// Whose prisoners they are, as [`CaseRow::place`] says; those of no prison are left out.
pub(crate) async fn places(
    pool: &PgPool,
    noms: &[NomsNumber],
) -> Result<HashMap<NomsNumber, PrisonCode>, ReadModelError> {
    let keys: Vec<&str> = noms.iter().map(NomsNumber::as_str).collect();
    let sql = "select noms, coalesce(prison, allocated_at) as place from read.cases
               where noms = any($1) and coalesce(prison, allocated_at) is not null";
    let rows = sqlx::query(sql).bind(keys).fetch_all(pool).await?;
    let placed = rows
        .iter()
        .map(|row| Ok((parsed(row, "noms")?, parsed(row, "place")?)));
    placed.collect()
}

/// The counts of a prison's lists on a day.
pub(crate) async fn prison_counts(
    pool: &PgPool,
    policy: PolicyVersion,
    prison: PrisonCode,
    today: NaiveDate,
) -> Result<PrisonCounts, ReadModelError> {
    let bucket = bucket_column(policy);
    let sql = format!(
        "select count(*) filter (where {bucket} = 'allocated') as allocated,
                count(*) filter (where {bucket} = 'unallocated') as unallocated,
                count(*) filter (where {bucket} = 'missing') as missing
         from read.cases where prison = $1 and adult_on <= $2"
    );
    let row = sqlx::query(&sql)
        .bind(prison.as_str())
        .bind(today)
        .fetch_one(pool)
        .await?;
    Ok(PrisonCounts {
        allocated: count(&row, "allocated")?,
        unallocated: count(&row, "unallocated")?,
        missing_information: count(&row, "missing")?,
    })
}
