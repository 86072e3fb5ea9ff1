//! From an operation to the payload of its mutation, the same way for every aggregate.

use async_graphql::Context;
use commands::{CommandError, Done, Operation, Refusal};

use crate::{
    access::{Disclosed, Freshness, ReadBack, Reader, change},
    fault::Fault,
    input::MutationOptions,
    types::{Outcome, Payload},
};

/// The key of the aggregate that a payload shows.
type Key<P> = <<P as Payload>::View as ReadBack>::Key;

/// Executes an operation, and reads back the aggregate that it changed.
pub(super) async fn execute_and_read_back<O: Operation, P: Payload>(
    ctx: &Context<'_>,
    key: Key<P>,
    operation: O,
    options: MutationOptions,
) -> Result<P, Fault> {
    let wait = options.wait_for_read_models;
    let done = match change(ctx, options.request(ctx, operation)?).await {
        Ok(done) => done,
        Err(CommandError::Refused(refusal)) => return Ok(refused(ctx, key, refusal, wait).await),
        Err(error) => return Err(error.into()),
    };
    let position = done.position();
    let view = read_back::<P>(ctx, key, Freshness { position, wait }, Some(&done)).await;
    Ok(P::new(view, Outcome::from(&done)))
}

/// The payload of a refusal. After a version conflict it shows the present state.
async fn refused<P: Payload>(ctx: &Context<'_>, key: Key<P>, refusal: Refusal, wait: bool) -> P {
    let conflict = matches!(refusal, Refusal::VersionConflict { .. });
    let view = match Reader::of(ctx) {
        Ok(reader) if conflict => {
            let position = reader.head().await.ok();
            read_back::<P>(ctx, key, Freshness { position, wait }, None).await
        }
        _ => None,
    };
    P::new(view, Outcome::from(refusal))
}

/// The aggregate as it is now, for callers who may see it. A failed read does not fail the mutation: the change is
/// recorded.
async fn read_back<P: Payload>(
    ctx: &Context<'_>,
    key: Key<P>,
    freshness: Freshness,
    done: Option<&Done>,
) -> Option<Disclosed<P::View>> {
    let read = async { Reader::of(ctx)?.read_back(key, freshness, done).await };
    read.await.unwrap_or_else(|fault| {
        tracing::warn!(?fault, "what a change led to cannot be shown now");
        None
    })
}
