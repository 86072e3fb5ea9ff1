//! A prisoner's case, and a prison's lists of cases.

use async_graphql::{Context, Object};

use crate::{
    access::Reader,
    fault::Fault,
    paging::Page,
    price,
    scalars::{DateTime, NomsNumber, Position, PrisonCode},
    types::{Case, CaseBucket, CaseFilter, CaseOrder, Connection},
};

#[derive(Default)]
pub(crate) struct CaseQuery;

#[Object]
impl CaseQuery {
    /// A prisoner's case; absent when the service does not know the prisoner.
    #[graphql(complexity = "price::read_as_of(as_of.is_some(), child_complexity)")]
    async fn case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose case.")] noms_number: NomsNumber,
        #[graphql(desc = "As it was recorded at this moment, not later than now; now if not given.")]
        as_of: Option<DateTime>,
        #[graphql(desc = "Wait until this position can be seen.")] min_position: Option<Position>,
    ) -> Result<Option<Case>, Fault> {
        let reader = Reader::of(ctx)?;
        let as_of = reader.past(as_of)?;
        reader.reached(min_position).await?;
        Case::read(&reader, noms_number.0, as_of).await
    }

    /// One of a prison's lists of cases.
    #[graphql(complexity = "price::page(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a Relay list")]
    async fn cases(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where.")] prison: PrisonCode,
        #[graphql(desc = "Which list.")] bucket: CaseBucket,
        #[graphql(desc = "The order; by last name if not given.")] order_by: Option<CaseOrder>,
        #[graphql(desc = "Only some of them.")] filter: Option<CaseFilter>,
        #[graphql(desc = "How many from the start, at most 200; 50 if not given.")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 200.")] last: Option<i32>,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
    ) -> Result<Connection<Case>, Fault> {
        let reader = Reader::of(ctx)?;
        let query = projections::CaseQuery {
            prison: prison.0,
            bucket: Some(bucket.into()),
            order: order_by.unwrap_or_default().into(),
            filter: filter.unwrap_or_default().try_into()?,
            page: Page::try_new(first, after.as_deref(), last, before.as_deref())?.into(),
            today: reader.today(),
        };
        Ok(reader.cases(&query).await?.into())
    }
}
