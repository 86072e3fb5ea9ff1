//! `allocationChanged`.

use async_graphql::{Context, Subscription};
use futures::{Stream, StreamExt};
use projections::ChangeFilter;

use crate::{
    access::Reader,
    fault::Fault,
    scalars::{NomsNumber, Position, PrisonCode},
    types::AllocationChange,
};

#[derive(Default)]
pub(crate) struct AllocationChangedSubscription;

#[Subscription]
impl AllocationChangedSubscription {
    /// Changes of allocations that are the caller's business, in the order of the log and without gaps. Each comes once
    /// the allocation can be read with it.
    #[expect(clippy::unused_async, reason = "the derivation of subscriptions asks for it")]
    async fn allocation_changed<'ctx>(
        &self,
        ctx: &Context<'ctx>,
        #[graphql(desc = "Only at this prison.")] prison: Option<PrisonCode>,
        #[graphql(desc = "Only of this prisoner.")] noms_number: Option<NomsNumber>,
        #[graphql(
            desc = "Go on after this position; from now on if not given. Refused if the log ends before it."
        )]
        after: Option<Position>,
    ) -> Result<impl Stream<Item = Result<AllocationChange, Fault>> + 'ctx, Fault> {
        let filter = ChangeFilter {
            prison: prison.map(|p| p.0),
            noms: noms_number.map(|n| n.0),
        };
        let changes = Reader::of(ctx)?.changes(filter, after.map(|position| position.0))?;
        Ok(changes.map(|change| change.map(Into::into)))
    }
}
