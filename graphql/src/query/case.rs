//! A prisoner's case, and a prison's lists of cases.

use async_graphql::{Context, Object};
use chrono::Utc;
use domain::london_date;
use projections::AsOf;

use crate::{
    access::Reader,
    fault::Fault,
    freshness::{past, reached},
    paging::{Cost, Page},
    scalars::{DateTime, NomsNumber, Position, PrisonCode},
    types::{Case, CaseBucket, CaseFilter, CaseOrder, Connection},
};

#[derive(Default)]
pub(crate) struct CaseQuery;

#[Object]
impl CaseQuery {
    /// A prisoner's case; absent when the service does not know the prisoner.
    async fn case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose case.")] noms_number: NomsNumber,
        #[graphql(desc = "As it was recorded at this moment, not later than now; now if not given.")]
        as_of: Option<DateTime>,
        #[graphql(desc = "Wait until this position can be seen.")] min_position: Option<Position>,
    ) -> Result<Option<Case>, Fault> {
        let reader = Reader::of(ctx, "Query.case")?;
        let as_of = past(reader, as_of)?;
        reached(reader.models(), min_position).await?;
        case_at(reader, noms_number.0, as_of).await
    }

    /// One of a prison's lists of cases.
    #[graphql(complexity = "Cost::page(first, last).times(child_complexity)")]
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
        let reader = Reader::of(ctx, "Query.cases")?.at(prison.0)?;
        let query = projections::CaseQuery {
            prison: prison.0,
            bucket: Some(bucket.into()),
            order: order_by.unwrap_or_default().into(),
            filter: filter.unwrap_or_default().try_into()?,
            page: Page::try_new(first, after.as_deref(), last, before.as_deref())?.into(),
            today: reader.today(),
        };
        Ok(reader.models().cases(&query).await?.into())
    }
}

/// The case, if the prisoner is the reader's business.
pub(crate) async fn case_at(
    reader: Reader<'_>,
    noms: domain::NomsNumber,
    as_of: Option<chrono::DateTime<Utc>>,
) -> Result<Option<Case>, Fault> {
    if !reader.sees_prisoner(noms).await? {
        return Ok(None);
    }
    let Some(at) = as_of else {
        return Ok(reader.models().case(noms, reader.today()).await?.map(Into::into));
    };
    let (today, at) = (london_date(at), AsOf::Time(at));
    let found = reader.models().case_as_of(noms, at, today).await?;
    Ok(found.map(|view| Case::from(view).seen_from(at)))
}
