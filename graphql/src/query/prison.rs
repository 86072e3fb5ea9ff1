//! A prison's dashboard.

use async_graphql::{Context, Object};

use crate::{access::Reader, fault::Fault, scalars::PrisonCode, types::Prison};

#[derive(Default)]
pub(crate) struct PrisonQuery;

#[Object]
impl PrisonQuery {
    /// A prison and what waits there; absent when the service does not know it.
    #[expect(clippy::unused_async, reason = "the derivation of objects asks for it")]
    async fn prison(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The prison.")] code: PrisonCode,
    ) -> Result<Option<Prison>, Fault> {
        Reader::of(ctx)?.at(code.0)?;
        Ok(Prison::find(code.0))
    }
}
