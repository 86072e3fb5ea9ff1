//! A prisoner's allocation.

use async_graphql::{ComplexObject, Context, ID, SimpleObject};
use domain::{allocation as rules, policy::Recommendation};
use projections::{AllocationView, AsOf};

use super::{
    Connection, GlobalId, TimelineItem, int,
    words::{AllocationEventKind, AllocationState, AllocationTrigger, OverrideReason, PomPosition},
};
use crate::{
    access::{Disclosed, Reader},
    fault::Fault,
    paging::Forward,
    price,
    scalars::{DateTime, NomsNumber, PrisonCode},
};

/// Who has a prisoner's case. It survives release and return.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Allocation {
    /// The global id.
    pub(super) id: ID,
    /// Whose case.
    noms_number: NomsNumber,
    /// How many events this is folded from; state it as `expectedVersion` to change only what was seen.
    version: i32,
    /// Which POMs the case has.
    state: AllocationState,
    /// Where the last primary allocation was made; kept after release and transfer.
    prison: Option<PrisonCode>,
    /// The POM who owns the case.
    primary_pom: Option<AllocatedPom>,
    /// The POM who supports the primary POM.
    coworking_pom: Option<AllocatedPom>,
    /// The tier at the last primary allocation.
    allocated_at_tier: Option<String>,
    /// The POM type that was recommended for the present primary POM.
    recommended_pom_type: Option<PomPosition>,
    /// Whether that recommendation took the POM to be responsible without knowing it; absent where it was not recorded.
    recommendation_assumes_pom_responsible: Option<bool>,
    /// Why the recommendation was not followed at the last primary allocation.
    override_reasons: Vec<OverrideReason>,
    /// What happened last.
    last_event: Option<AllocationEventKind>,
    /// What triggered it.
    last_trigger: Option<AllocationTrigger>,
    /// The position up to which this is told.
    #[graphql(skip)]
    position: commands::Position,
    /// The moment as of which it was asked for, if one was.
    #[graphql(skip)]
    as_of: Option<AsOf>,
}

impl Allocation {
    /// Who has a prisoner's case, or had it as of then, if the reader may be told.
    pub(crate) async fn read(
        reader: &Reader<'_>,
        noms: domain::NomsNumber,
        as_of: Option<AsOf>,
    ) -> Result<Option<Self>, Fault> {
        let found = reader.allocation(noms, as_of).await?;
        Ok(found.map(|told| Self::from(told).seen_from(as_of)))
    }

    /// The same, whose history ends at that moment.
    pub(super) fn seen_from(self, as_of: Option<AsOf>) -> Self {
        Self { as_of, ..self }
    }
}

#[ComplexObject]
impl Allocation {
    /// Who had the case as primary POM, oldest first.
    #[graphql(complexity = "price::terms(child_complexity)")]
    async fn poms(&self, ctx: &Context<'_>) -> Result<Vec<PomTerm>, Fault> {
        let terms = Reader::of(ctx)?.terms(self.noms_number.0, self.position).await?;
        Ok(terms.map(PomTerm::told).unwrap_or_default())
    }

    /// What happened to the case, newest first.
    #[graphql(complexity = "price::history(first, child_complexity)")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many items, at most 200; 50 if not given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<Connection<TimelineItem>, Fault> {
        let page = Forward::try_new(first, after)?;
        TimelineItem::page(&Reader::of(ctx)?, self.noms_number.0, &page, self.as_of).await
    }
}

/// A POM on a case.
#[derive(SimpleObject)]
pub(crate) struct AllocatedPom {
    /// The staff id.
    staff_id: i32,
    /// First and last name.
    name: String,
    /// Prison or probation officer.
    position: PomPosition,
    /// Since when.
    allocated_at: DateTime,
}

/// One POM's time as primary POM of a case.
#[derive(SimpleObject)]
pub(crate) struct PomTerm {
    /// The staff id.
    staff_id: i32,
    /// First and last name.
    name: String,
    /// Where.
    prison: PrisonCode,
    /// From when.
    from: DateTime,
    /// Until when; absent while it lasts.
    until: Option<DateTime>,
}

impl From<Disclosed<AllocationView>> for Allocation {
    fn from(told: Disclosed<AllocationView>) -> Self {
        let AllocationView {
            noms,
            version,
            position,
            allocation,
            ..
        } = told.into_inner();
        let (last_event, last_trigger) = allocation.last.unzip();
        Self {
            id: GlobalId::Allocation(noms).into(),
            noms_number: NomsNumber(noms),
            version: int(version),
            state: allocation.state().into(),
            prison: allocation.prison.map(PrisonCode),
            primary_pom: allocation.primary.as_ref().map(AllocatedPom::new),
            coworking_pom: allocation.coworking.as_ref().map(AllocatedPom::new),
            allocated_at_tier: allocation.allocated_at_tier.map(|tier| tier.to_string()),
            recommended_pom_type: allocation
                .recommendation
                .and_then(Recommendation::position)
                .map(Into::into),
            recommendation_assumes_pom_responsible: allocation.assumes_pom_responsible,
            override_reasons: reasons(allocation.overridden),
            last_event: last_event.map(Into::into),
            last_trigger: last_trigger.map(Into::into),
            position,
            as_of: None,
        }
    }
}

fn reasons(overridden: Option<rules::Override>) -> Vec<OverrideReason> {
    overridden
        .map(|given| given.reasons.into_iter().map(Into::into).collect())
        .unwrap_or_default()
}

impl AllocatedPom {
    fn new(assignment: &rules::Assignment) -> Self {
        Self {
            staff_id: assignment.pom.staff_id.get(),
            name: assignment.pom.shown_name(),
            position: assignment.pom.position.into(),
            allocated_at: DateTime(assignment.allocated_at),
        }
    }
}

impl PomTerm {
    fn told(terms: Disclosed<rules::PomTerms>) -> Vec<Self> {
        terms.into_inner().0.iter().map(Self::new).collect()
    }

    fn new(term: &rules::PomTerm) -> Self {
        Self {
            staff_id: term.pom.staff_id.get(),
            name: term.pom.shown_name(),
            prison: PrisonCode(term.prison),
            from: DateTime(term.from),
            until: term.until.map(DateTime),
        }
    }
}
