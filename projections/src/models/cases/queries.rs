//! Queries of single cases, and the counts of a prison.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{NomsNumber, PrisonCode, policy::PolicyVersion};
use event_store::Position;

use super::{CaseRow, CaseView};
use crate::{
    ReadModelError, ReadModels,
    engine::{
        columns::{count, parsed},
        row::Row,
    },
    envelope::RowKey,
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

/// The prison whose case somebody is, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CasePrison(pub Option<PrisonCode>);

/// What is kept of a case that was just folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RecentCase {
    pub(super) position: Position,
    pub(super) prison: CasePrison,
}

impl RecentCase {
    /// The prison, if the case was folded up to this position.
    fn prison_at(self, position: Position) -> Option<CasePrison> {
        (self.position >= position).then_some(self.prison)
    }
}

impl ReadModels {
    /// A prisoner's case on a London date; none for someone who was never observed.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn case(&self, noms: NomsNumber, today: NaiveDate) -> Result<Option<CaseView>, ReadModelError> {
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
        let found = sqlx::query(&sql)
            .bind(noms.as_str())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = found else { return Ok(None) };
        let (_, case) = CaseRow::restore(&row)?;
        let allocation = allocations::view_in_join(noms, &row)?;
        Ok(CaseView::new(case, allocation, self.policy, today))
    }

    /// The prisons whose cases they are: the one that holds the prisoner, or, while none does, the one where the case was
    /// allocated last. Prisoners of no prison are left out.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn case_prisons(
        &self,
        noms: &[NomsNumber],
    ) -> Result<HashMap<NomsNumber, PrisonCode>, ReadModelError> {
        let keys: Vec<&str> = noms.iter().map(NomsNumber::as_str).collect();
        let sql = "select noms, coalesce(prison, allocated_at) as case_prison from read.cases
                   where noms = any($1) and coalesce(prison, allocated_at) is not null";
        let rows = sqlx::query(sql).bind(keys).fetch_all(&self.pool).await?;
        let prisons = rows
            .iter()
            .map(|row| Ok((parsed(row, "noms")?, parsed(row, "case_prison")?)));
        prisons.collect()
    }

    /// The prison whose case it is, as [`ReadModels::case_prisons`] answers, at this position or a later one, from memory:
    /// known if this process folded the case recently.
    #[must_use]
    pub fn recent_case_prison(&self, noms: NomsNumber, position: Position) -> Option<CasePrison> {
        self.recent
            .read::<CaseRow, _>(RowKey::Prisoner(noms), |case| case.prison_at(position))
    }

    /// How many cases are in each list of a prison on a London date.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn prison_counts(
        &self,
        prison: PrisonCode,
        today: NaiveDate,
    ) -> Result<PrisonCounts, ReadModelError> {
        let bucket = bucket_column(self.policy);
        let sql = format!(
            "select count(*) filter (where {bucket} = 'allocated') as allocated,
                    count(*) filter (where {bucket} = 'unallocated') as unallocated,
                    count(*) filter (where {bucket} = 'missing') as missing
             from read.cases where prison = $1 and adult_on <= $2"
        );
        let row = sqlx::query(&sql)
            .bind(prison.as_str())
            .bind(today)
            .fetch_one(&self.pool)
            .await?;
        Ok(PrisonCounts {
            allocated: count(&row, "allocated")?,
            unallocated: count(&row, "unallocated")?,
            missing_information: count(&row, "missing")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prison_of_a_recent_case_is_known_up_to_the_position_at_which_it_was_folded() {
        let row = CaseRow {
            position: Position::new(7),
            ..CaseRow::new("A1234BC".parse().unwrap())
        };
        let prison = |position| row.recent().unwrap().prison_at(Position::new(position));
        assert_eq!((prison(7), prison(8)), (Some(CasePrison(None)), None));
    }
}
