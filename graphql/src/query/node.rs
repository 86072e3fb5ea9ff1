//! Whatever has a global id.

use async_graphql::{Context, ID, Object};

use crate::{
    access::Reader,
    fault::Fault,
    price,
    types::{Allocation, Case, GlobalId, Node, Prison},
};

#[derive(Default)]
pub(crate) struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Whatever this global id names, under the rules of the field that reads its type.
    #[graphql(complexity = "price::counts(child_complexity)")]
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An id that this service gave out.")] id: ID,
    ) -> Result<Option<Node>, Fault> {
        let reader = Reader::of(ctx)?;
        Ok(match GlobalId::try_from(&id)? {
            GlobalId::Allocation(noms) => {
                let found = Allocation::read(&reader, noms, None).await?;
                found.map(|found| Node::Allocation(Box::new(found)))
            }
            GlobalId::Case(noms) => {
                let found = Case::read(&reader, noms, None).await?;
                found.map(|found| Node::Case(Box::new(found)))
            }
            GlobalId::Pom(prison, staff) => {
                let found = reader.pom(prison, staff).await?;
                found.map(|found| Node::Pom(found.into()))
            }
            GlobalId::Prison(code) => {
                reader.at(code)?;
                Prison::find(code).map(Node::Prison)
            }
        })
    }
}
