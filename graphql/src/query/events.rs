//! The log itself, for auditors.

use async_graphql::{Context, Object};

use crate::{
    access::Reader,
    fault::Fault,
    paging::Forward,
    price,
    scalars::Position,
    types::{EventConnection, EventFilter, int},
};

#[derive(Default)]
pub(crate) struct EventsQuery;

#[Object]
impl EventsQuery {
    /// Everything that happened, in the order of the log.
    #[graphql(complexity = "price::events(first, filter.is_some(), child_complexity)")]
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only later than this position; from the first event if not given.")] after: Option<
            Position,
        >,
        #[graphql(desc = "How many events, at most 200; 50 if not given.")] first: Option<i32>,
        #[graphql(desc = "Only some of them.")] filter: Option<EventFilter>,
    ) -> Result<EventConnection, Fault> {
        let Forward { first, .. } = Forward::try_new(first, None)?;
        let reader = Reader::of(ctx)?;
        let after = after.map(|position| position.0).unwrap_or_default();
        let filter = projections::EventFilter::try_from(filter.unwrap_or_default())?;
        let page = reader.events(&filter, after, first).await?;
        let everything = filter == projections::EventFilter::default();
        let total = if everything {
            Some(int(reader.head().await?.get()))
        } else {
            None
        };
        Ok(EventConnection::new(page, after, total))
    }
}
