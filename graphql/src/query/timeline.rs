//! A prisoner's history.

use async_graphql::{Context, Object};

use crate::{
    access::Reader,
    fault::Fault,
    paging::Forward,
    price,
    scalars::NomsNumber,
    types::{Connection, TimelineItem},
};

#[derive(Default)]
pub(crate) struct TimelineQuery;

#[Object]
impl TimelineQuery {
    /// What happened to a prisoner's case, newest first.
    #[graphql(complexity = "price::history(first, child_complexity)")]
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose case.")] noms_number: NomsNumber,
        #[graphql(desc = "How many items, at most 200; 50 if not given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<Connection<TimelineItem>, Fault> {
        let page = Forward::try_new(first, after)?;
        TimelineItem::page(&Reader::of(ctx)?, noms_number.0, &page, None).await
    }
}
