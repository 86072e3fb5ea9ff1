//! Whoever asks.

use async_graphql::{Context, Object};

use crate::{access::Reader, fault::Fault, types::User};

#[derive(Default)]
pub(crate) struct MeQuery;

#[Object]
impl MeQuery {
    /// Whoever asks.
    #[expect(clippy::unused_async, reason = "the derivation of objects asks for it")]
    async fn me(&self, ctx: &Context<'_>) -> Result<User, Fault> {
        Ok(Reader::of(ctx)?.caller().into())
    }
}
