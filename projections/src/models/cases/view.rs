//! A case as people see it on a day.

use chrono::NaiveDate;
use domain::{
    NomsNumber,
    case::Case,
    policy::{Advice, PolicyVersion, advise},
    prisoner::{EarliestRelease, PrisonerFacts},
};
use event_store::Position;

use super::{CaseBucket, CaseRow};
use crate::models::allocations::AllocationView;

/// A case on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseView {
    /// Whose.
    pub noms: NomsNumber,
    /// What upstream says.
    pub facts: PrisonerFacts,
    /// Case information.
    pub case: Case,
    /// The allocation; none when there never was one.
    pub allocation: Option<AllocationView>,
    /// Where the case is listed; none when it is not, being outside policy or outside prison.
    pub bucket: Option<CaseBucket>,
    /// The recommended POM type and why.
    pub advice: Advice,
    /// The earliest release, as seen on that day.
    pub earliest_release: Option<EarliestRelease>,
    /// The day. London date.
    pub seen_on: NaiveDate,
    /// When the prisoner came to this prison: the movement in, or the sentence's start if that is later. London date.
    pub arrived_on: Option<NaiveDate>,
    /// Since when the case has waited for a primary POM. London date; none while it has one here.
    pub waiting_since: Option<NaiveDate>,
    /// Who had the case at this prison before, for 'Previously allocated to'; none while it has a primary POM.
    pub previous_pom: Option<String>,
    /// The position of the last event about the case.
    pub position: Position,
}

impl CaseView {
    /// The view of a row; none before the prisoner was first observed.
    pub(crate) fn new(
        row: CaseRow,
        allocation: Option<AllocationView>,
        policy: PolicyVersion,
        today: NaiveDate,
    ) -> Option<Self> {
        let bucket = row.adult_bucket(policy);
        let (arrived_on, waiting_since) = (row.arrived_on(), row.waiting_since());
        let CaseRow {
            noms,
            position,
            prisoner,
            information,
            ..
        } = row;
        let facts = prisoner.facts?;
        Some(Self {
            noms,
            bucket: bucket.filter(|_| facts.adult_on().is_some_and(|adult_on| adult_on <= today)),
            advice: advise(
                policy.strategy(),
                facts.is_immigration_case(),
                information.information.tier,
                information.information.rosh,
            ),
            earliest_release: facts.dates.earliest_release(today),
            seen_on: today,
            arrived_on,
            waiting_since,
            previous_pom: allocation
                .as_ref()
                .and_then(|allocation| previous_pom(allocation, &facts)),
            position: allocation
                .as_ref()
                .map_or(position, |allocation| allocation.position.max(position)),
            facts,
            case: information,
            allocation,
        })
    }
}

/// Allocation rules 3.3: only when the case has no primary POM, and the last one was at this prison.
fn previous_pom(view: &AllocationView, facts: &PrisonerFacts) -> Option<String> {
    let here =
        view.allocation.primary.is_none() && facts.prison.is_some() && view.allocation.prison == facts.prison;
    let last = view.allocation.previous.as_ref().filter(|_| here)?;
    Some(last.shown_name())
}
