//! A prison's POMs.

use async_graphql::{Context, Object};

use crate::{
    access::Reader,
    fault::Fault,
    input::staff_id as checked,
    price,
    scalars::PrisonCode,
    types::{Pom, PomGroup},
};

#[derive(Default)]
pub(crate) struct PomQuery;

#[Object]
impl PomQuery {
    /// A POM at a prison; absent when nobody of that number was one.
    #[graphql(complexity = "price::counts(child_complexity)")]
    async fn pom(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where.")] prison: PrisonCode,
        #[graphql(desc = "The staff id.")] staff_id: i32,
    ) -> Result<Option<Pom>, Fault> {
        let staff = checked(staff_id)?;
        let found = Reader::of(ctx)?.pom(prison.0, staff).await?;
        Ok(found.map(Into::into))
    }

    /// A prison's POMs, by name.
    #[graphql(complexity = "price::whole(child_complexity)")]
    async fn poms(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where.")] prison: PrisonCode,
        #[graphql(desc = "Only this group.")] group: Option<PomGroup>,
    ) -> Result<Vec<Pom>, Fault> {
        let found = Reader::of(ctx)?.poms(prison.0, group.map(Into::into)).await?;
        Ok(found.into_iter().map(Into::into).collect())
    }
}
