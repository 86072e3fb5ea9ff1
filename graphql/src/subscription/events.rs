//! `events`.

use async_graphql::{Context, Subscription};
use futures::{Stream, StreamExt};

use crate::{
    access::Reader,
    fault::Fault,
    scalars::Position,
    types::{EventFilter, RecordedEvent},
};

#[derive(Default)]
pub(crate) struct EventsSubscription;

#[Subscription]
impl EventsSubscription {
    /// Everything that happens, in the order of the log and without gaps. For auditors.
    #[expect(clippy::unused_async, reason = "the derivation of subscriptions asks for it")]
    async fn events<'ctx>(
        &self,
        ctx: &Context<'ctx>,
        #[graphql(
            desc = "Go on after this position; from now on if not given. Refused if the log ends before it."
        )]
        after: Option<Position>,
        #[graphql(desc = "Only some of them.")] filter: Option<EventFilter>,
    ) -> Result<impl Stream<Item = Result<RecordedEvent, Fault>> + 'ctx, Fault> {
        let filter = filter.unwrap_or_default().try_into()?;
        let events = Reader::of(ctx)?.recorded_events(filter, after.map(|position| position.0))?;
        Ok(events.map(|event| event.map(Into::into)))
    }
}
