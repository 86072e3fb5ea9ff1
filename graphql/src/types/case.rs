//! A prisoner's case, as a row of a list shows it.

use async_graphql::{ComplexObject, Enum, ID, SimpleObject};
use chrono::{NaiveDate, Utc};
use domain::{
    Personal,
    calendar::working_days,
    london_date,
    names::{shown_forename, shown_surname},
    prisoner::{EarliestRelease, PrisonerFacts},
};
use projections::{AsOf, CaseView};

use super::{Allocation, Connection, Edge, GlobalId, Listed, PomPosition, int};
use crate::{
    access::{CaseRows, Disclosed, Reader},
    fault::Fault,
    scalars::{Date, NomsNumber, PrisonCode},
};

/// A prisoner's case.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Case {
    /// The global id.
    pub(super) id: ID,
    /// Whose case.
    noms_number: NomsNumber,
    /// First name, as people write it; absent once it was erased.
    first_name: Option<String>,
    /// Last name, as people write it; absent once it was erased.
    last_name: Option<String>,
    /// Where the prisoner is; for a restricted patient the prison that supports them.
    prison: Option<PrisonCode>,
    /// The cell, or for a restricted patient the hospital.
    location: Option<String>,
    /// In hospital under the Mental Health Act.
    restricted_patient: bool,
    /// The earliest date on which the prisoner may leave.
    earliest_release: Option<Release>,
    /// How the case is banded by risk and need.
    tier: Option<Tier>,
    /// Risk of serious harm.
    rosh: Option<RoshLevel>,
    /// Complexity of need; in the women's estate only.
    complexity: Option<Complexity>,
    /// In which of the prison's lists the case is; absent when it is outside policy.
    bucket: Option<CaseBucket>,
    /// The POM type that is recommended; absent when none can be.
    recommended_pom_type: Option<PomPosition>,
    /// Why that type.
    recommendation_reason: RecommendationReason,
    /// Whether type and reason take the POM to be responsible for the case, which is not known yet: they might be others if
    /// the community were.
    recommendation_assumes_pom_responsible: bool,
    /// Who has the case; absent when nobody ever had it.
    allocation: Option<Allocation>,
    /// When the prisoner came to this prison, or the sentence began if that is later.
    arrived_on: Option<Date>,
    /// Since when the case has waited for a primary POM; absent while it has one at this prison.
    waiting_since: Option<Date>,
    /// Who had the case before at this prison, when nobody has it now.
    previously_allocated_to: Option<String>,
    /// The day on which it is looked at.
    #[graphql(skip)]
    seen_on: NaiveDate,
}

#[ComplexObject]
impl Case {
    /// How many days were worked here since the prisoner came: that day counts, today does not. Absent when it is not
    /// known when they came.
    async fn working_days_since_entering(&self) -> Option<i32> {
        let Date(arrived_on) = self.arrived_on?;
        Some(int(working_days(arrived_on, self.seen_on)))
    }
}

/// A date of release and which one it is.
#[derive(SimpleObject)]
#[graphql(name = "EarliestRelease")]
pub(crate) struct Release {
    /// Which date of the sentence.
    kind: ReleaseKind,
    /// The date.
    date: Date,
}

/// The three lists of a prison's cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "projections::CaseBucket")]
pub(crate) enum CaseBucket {
    /// Has a primary POM at the prison.
    Allocated,
    /// Can be allocated.
    Unallocated,
    /// Cannot be allocated until details are added.
    MissingInformation,
}

/// How a case is banded by risk and need, A highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Tier")]
pub(crate) enum Tier {
    /// Highest risk and need.
    A,
    /// Second.
    B,
    /// Third.
    C,
    /// Fourth: the lowest of the first scheme.
    D,
    /// Fifth, of the newer scheme.
    E,
    /// Sixth, of the newer scheme.
    F,
    /// Lowest of the newer scheme.
    G,
}

/// Risk of serious harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::RoshLevel")]
pub(crate) enum RoshLevel {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Very high.
    VeryHigh,
}

/// Complexity of need, known in the women's estate only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::Complexity")]
pub(crate) enum Complexity {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

/// Which date of a sentence it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::prisoner::ReleaseKind")]
pub(crate) enum ReleaseKind {
    /// Conditional release.
    Crd,
    /// Automatic release.
    Ard,
    /// Home detention curfew eligibility.
    Hdced,
    /// Home detention curfew, actual.
    Hdcea,
    /// Parole eligibility.
    Ped,
    /// Tariff end.
    Ted,
    /// Sentence expiry.
    Sed,
    /// Licence expiry.
    Led,
    /// Post-recall release.
    Prrd,
    /// Approved parole.
    Apd,
}

/// Why this type of POM is recommended, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::policy::RecommendationReason")]
pub(crate) enum RecommendationReason {
    /// Immigration cases go to prison POMs.
    ImmigrationCase,
    /// The POM only supports the community.
    SupportingRole,
    /// The tier decided.
    TierBased,
    /// The risk of serious harm decided.
    RoshBased,
    /// The risk of serious harm is not known.
    MissingRosh,
}

impl Case {
    /// A prisoner's case, or as it was at that moment, if the reader may be told.
    pub(crate) async fn read(
        reader: &Reader<'_>,
        noms: domain::NomsNumber,
        at: Option<chrono::DateTime<Utc>>,
    ) -> Result<Option<Self>, Fault> {
        let as_of = at.map(AsOf::Time);
        let on = at.map_or_else(|| reader.today(), london_date);
        let found = reader.case(noms, as_of, on).await?;
        Ok(found.map(|told| Self::from(told).seen_from(as_of)))
    }

    /// The same, whose history ends at that moment.
    fn seen_from(self, as_of: Option<AsOf>) -> Self {
        Self {
            allocation: self.allocation.map(|allocation| allocation.seen_from(as_of)),
            ..self
        }
    }
}

impl From<Disclosed<CaseView>> for Case {
    fn from(told: Disclosed<CaseView>) -> Self {
        let (view, allocation) = told.with_allocation();
        let PrisonerFacts {
            first_name,
            last_name,
            prison,
            location,
            restricted_patient,
            ..
        } = view.facts;
        let advice = view.advice;
        Self {
            id: GlobalId::Case(view.noms).into(),
            noms_number: NomsNumber(view.noms),
            first_name: known(first_name).as_deref().map(shown_forename),
            last_name: known(last_name).as_deref().map(shown_surname),
            prison: prison.map(PrisonCode),
            location: location.and_then(known),
            restricted_patient,
            earliest_release: view.earliest_release.map(Into::into),
            tier: view.case.information.tier.map(Into::into),
            rosh: view.case.information.rosh.map(Into::into),
            complexity: view.case.complexity.map(Into::into),
            bucket: view.bucket.map(Into::into),
            recommended_pom_type: advice.recommendation.position().map(Into::into),
            recommendation_reason: advice.reason.into(),
            recommendation_assumes_pom_responsible: advice.assumes_pom_responsible,
            allocation: allocation.map(Into::into),
            arrived_on: view.arrived_on.map(Date),
            waiting_since: view.waiting_since.map(Date),
            previously_allocated_to: view.previous_pom,
            seen_on: view.seen_on,
        }
    }
}

fn known(value: Personal<String>) -> Option<String> {
    match value {
        Personal::Known(value) => Some(value),
        Personal::Withheld => None,
    }
}

impl From<EarliestRelease> for Release {
    fn from(release: EarliestRelease) -> Self {
        Self {
            kind: release.kind.into(),
            date: Date(release.date),
        }
    }
}

impl Listed for Case {
    const CONNECTION: &'static str = "CaseConnection";
    const EDGE: &'static str = "CaseEdge";
}

impl From<CaseRows> for Connection<Case> {
    fn from(page: CaseRows) -> Self {
        let edges = page.rows.into_iter().map(|(told, cursor)| Edge {
            node: told.into(),
            cursor: cursor.to_string(),
        });
        Self::new(edges.collect(), page.total, page.has_previous, page.has_next)
    }
}
