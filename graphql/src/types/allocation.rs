//! A prisoner's allocation.

use async_graphql::{ComplexObject, Context, Enum, ID, SimpleObject};
use domain::{allocation as rules, policy::Recommendation};
use projections::{AllocationView, AsOf};

use super::{AllocatedPom, Connection, GlobalId, PomPosition, PomTerm, TimelineItem, int};
use crate::{
    access::{Disclosed, Reader},
    fault::Fault,
    paging::Forward,
    price,
    scalars::{NomsNumber, PrisonCode},
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
        Ok(terms.map(PomTerm::all).unwrap_or_default())
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

/// Which POMs a case has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::allocation::AllocationState")]
pub(crate) enum AllocationState {
    /// Never allocated.
    None,
    /// A primary POM.
    Primary,
    /// A primary and a co-working POM.
    PrimaryAndCoworking,
    /// Only a co-working POM: the case needs a primary.
    CoworkingOnly,
    /// Allocated once, not now.
    Ended,
}

/// What happened to an allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::allocation::AllocationEventKind")]
pub(crate) enum AllocationEventKind {
    /// A case without primary POM got one.
    AllocatePrimaryPom,
    /// A case got another primary POM.
    ReallocatePrimaryPom,
    /// A co-working POM joined.
    AllocateSecondaryPom,
    /// A co-working POM was replaced.
    ReallocateSecondaryPom,
    /// The primary POM was removed.
    DeallocatePrimaryPom,
    /// The co-working POM was removed.
    DeallocateSecondaryPom,
    /// The prisoner was released.
    DeallocateReleasedOffender,
}

/// What triggered a change of an allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::allocation::AllocationTrigger")]
pub(crate) enum AllocationTrigger {
    /// A user of the service.
    User,
    /// The prisoner moved to another prison.
    OffenderTransferred,
    /// The prisoner was released.
    OffenderReleased,
    /// An administrator.
    ManualChange,
    /// The prisoner's legal status left the remit.
    LegalStatusChanged,
    /// The POM became inactive.
    InactivePom,
}

/// Why a POM of another type than recommended was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::policy::OverrideReason")]
pub(crate) enum OverrideReason {
    /// The prisoner was assessed as not suitable for the recommended type.
    Suitability,
    /// No POM of the recommended type is available.
    NoStaff,
    /// This POM has worked with the prisoner before.
    Continuity,
    /// Another reason, given in words.
    Other,
}
