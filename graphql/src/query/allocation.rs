//! A prisoner's allocation, now or as it was.

use async_graphql::{Context, Object};
use chrono::Utc;
use projections::AsOf;

use crate::{
    access::Reader,
    fault::Fault,
    freshness::{past, reached},
    scalars::{DateTime, NomsNumber, Position},
    types::Allocation,
};

#[derive(Default)]
pub(crate) struct AllocationQuery;

#[Object]
impl AllocationQuery {
    /// Who has a prisoner's case; absent when nobody ever had it.
    async fn allocation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose case.")] noms_number: NomsNumber,
        #[graphql(desc = "As it was recorded at this moment, not later than now; now if not given.")]
        as_of: Option<DateTime>,
        #[graphql(desc = "Wait until this position can be seen.")] min_position: Option<Position>,
    ) -> Result<Option<Allocation>, Fault> {
        let reader = Reader::of(ctx, "Query.allocation")?;
        let as_of = past(reader, as_of)?;
        reached(reader.models(), min_position).await?;
        allocation_at(reader, noms_number.0, as_of).await
    }
}

/// The allocation, if the prisoner is the reader's business.
pub(crate) async fn allocation_at(
    reader: Reader<'_>,
    noms: domain::NomsNumber,
    as_of: Option<chrono::DateTime<Utc>>,
) -> Result<Option<Allocation>, Fault> {
    if !reader.sees_prisoner(noms).await? {
        return Ok(None);
    }
    let Some(at) = as_of else {
        return Ok(reader.models().allocation(noms).await?.map(Into::into));
    };
    let at = AsOf::Time(at);
    let found = reader.models().allocation_as_of(noms, at).await?;
    Ok(found.map(|view| Allocation::from(view).seen_from(at)))
}
