//! Whatever has a global id.

use async_graphql::{Context, ID, Object};

use super::{allocation::allocation_at, case::case_at};
use crate::{
    access::Reader,
    fault::Fault,
    types::{GlobalId, Node, Prison},
};

#[derive(Default)]
pub(crate) struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Whatever this global id names, under the rules of the field that reads its type.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An id that this service gave out.")] id: ID,
    ) -> Result<Option<Node>, Fault> {
        Ok(match GlobalId::try_from(&id)? {
            GlobalId::Allocation(noms) => {
                let found = allocation_at(Reader::of(ctx, "Query.allocation")?, noms, None).await?;
                found.map(|found| Node::Allocation(Box::new(found)))
            }
            GlobalId::Case(noms) => {
                let found = case_at(Reader::of(ctx, "Query.case")?, noms, None).await?;
                found.map(|found| Node::Case(Box::new(found)))
            }
            GlobalId::Pom(prison, staff) => {
                let reader = Reader::of(ctx, "Query.pom")?.about(prison, staff)?;
                let found = reader.models().pom(prison, staff, reader.today()).await?;
                found.map(|found| Node::Pom(found.into()))
            }
            GlobalId::Prison(code) => {
                Reader::of(ctx, "Query.prison")?.at(code)?;
                Prison::find(code).map(Node::Prison)
            }
        })
    }
}
