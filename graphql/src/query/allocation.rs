//! A prisoner's allocation, now or as it was.

use async_graphql::{Context, Object};
use projections::AsOf;

use crate::{
    access::Reader,
    fault::Fault,
    price,
    scalars::{DateTime, NomsNumber, Position},
    types::Allocation,
};

#[derive(Default)]
pub(crate) struct AllocationQuery;

#[Object]
impl AllocationQuery {
    /// Who has a prisoner's case; absent when nobody ever had it.
    #[graphql(complexity = "price::read_as_of(as_of.is_some(), child_complexity)")]
    async fn allocation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose case.")] noms_number: NomsNumber,
        #[graphql(desc = "As it was recorded at this moment, not later than now; now if not given.")]
        as_of: Option<DateTime>,
        #[graphql(desc = "Wait until this position can be seen.")] min_position: Option<Position>,
    ) -> Result<Option<Allocation>, Fault> {
        let reader = Reader::of(ctx)?;
        let as_of = reader.past(as_of)?;
        reader.reached(min_position).await?;
        Allocation::read(&reader, noms_number.0, as_of.map(AsOf::Time)).await
    }
}
