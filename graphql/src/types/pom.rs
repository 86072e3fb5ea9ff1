//! A POM at a prison.

use async_graphql::{ComplexObject, Context, Enum, ID, SimpleObject};
use domain::{PrisonCode as Prison, StaffId, shown_name};
use projections::{PomCounters, PomView};

use super::{Case, CaseBucket, CaseOrder, Connection, GlobalId, PomPosition, PomRole, Tier, int};
use crate::{
    access::Reader,
    fault::Fault,
    paging::Page,
    price,
    scalars::{Date, PrisonCode},
};

/// A prison offender manager at one prison.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Pom {
    /// The global id.
    pub(super) id: ID,
    /// The staff id.
    staff_id: i32,
    /// Where.
    prison: PrisonCode,
    /// First and last name.
    name: Option<String>,
    /// Prison or probation officer.
    position: Option<PomPosition>,
    /// Whether they take cases.
    status: Option<PomStatus>,
    /// How much they work, in tenths of full time.
    working_pattern: Option<i32>,
    /// How many cases they have.
    counters: Counters,
    #[graphql(skip)]
    key: (Prison, StaffId),
}

/// Whether a POM takes cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::PomStatus")]
pub(crate) enum PomStatus {
    /// Takes new cases.
    Active,
    /// Keeps cases, takes no new ones.
    Unavailable,
    /// Away from work.
    Inactive,
    /// No longer a POM at this prison.
    Deleted,
}

/// The groups in which a prison's POMs are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "projections::PomGroup")]
pub(crate) enum PomGroup {
    /// Prison officer POMs at work.
    Prison,
    /// Probation officer POMs at work.
    Probation,
    /// POMs who take no new cases.
    Unavailable,
    /// POMs away from work.
    Away,
    /// People with cases who are no longer POMs here.
    AttentionNeeded,
}

/// How many cases a POM has.
#[derive(SimpleObject)]
#[graphql(name = "PomCounters")]
pub(crate) struct Counters {
    /// All cases.
    total: i32,
    /// Cases that they own.
    primary: i32,
    /// Cases in which they support another POM.
    coworking: i32,
    /// Cases by tier, in order of the tiers; tiers without cases are left out.
    by_tier: Vec<TierCount>,
    /// Cases in which they were given their part today or on one of the six days before.
    allocated_last_seven_days: i32,
    /// Cases whose earliest release is in the next four weeks.
    releases_next_four_weeks: i32,
    /// Cases of high complexity of need.
    high_complexity: i32,
    /// When they were last given a part in one of these cases.
    last_allocated_on: Option<Date>,
}

/// How many cases of a tier.
#[derive(SimpleObject)]
pub(crate) struct TierCount {
    /// The tier.
    tier: Tier,
    /// How many cases.
    cases: i32,
}

#[ComplexObject]
impl Pom {
    /// Their cases.
    #[graphql(complexity = "price::page(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a Relay list")]
    async fn caseload(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in which they have this part.")] role: Option<PomRole>,
        #[graphql(desc = "The order; by last name if not given.")] order_by: Option<CaseOrder>,
        #[graphql(desc = "How many from the start, at most 200; 50 if not given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 200.")] last: Option<i32>,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
    ) -> Result<Connection<Case>, Fault> {
        let (prison, staff) = self.key;
        let reader = Reader::of(ctx)?;
        let query = projections::CaseQuery {
            prison,
            bucket: Some(CaseBucket::Allocated.into()),
            order: order_by.unwrap_or_default().into(),
            filter: projections::CaseFilter {
                staff: Some(staff),
                role: role.map(Into::into),
                ..Default::default()
            },
            page: Page::try_new(first, after.as_deref(), last, before.as_deref())?.into(),
            today: reader.today(),
        };
        Ok(reader.caseload(staff, &query).await?.into())
    }
}

impl From<PomView> for Pom {
    fn from(view: PomView) -> Self {
        let PomView {
            prison,
            staff_id,
            pom,
            counters,
            ..
        } = view;
        Self {
            id: GlobalId::Pom(prison, staff_id).into(),
            staff_id: staff_id.get(),
            prison: PrisonCode(prison),
            name: pom
                .details
                .map(|details| shown_name(&details.forename, &details.surname)),
            position: pom.position.map(Into::into),
            status: pom.status.map(Into::into),
            working_pattern: pom.working_pattern.map(|pattern| i32::from(pattern.tenths())),
            counters: counters.into(),
            key: (prison, staff_id),
        }
    }
}

impl From<PomCounters> for Counters {
    fn from(counters: PomCounters) -> Self {
        let by_tier = counters.by_tier.into_iter();
        Self {
            total: int(counters.total),
            primary: int(counters.primary),
            coworking: int(counters.coworking),
            by_tier: by_tier
                .map(|(tier, cases)| TierCount {
                    tier: tier.into(),
                    cases: int(cases),
                })
                .collect(),
            allocated_last_seven_days: int(counters.allocated_last_7_days),
            releases_next_four_weeks: int(counters.releases_next_4_weeks),
            high_complexity: int(counters.high_complexity),
            last_allocated_on: counters.last_allocated_on.map(Date),
        }
    }
}
