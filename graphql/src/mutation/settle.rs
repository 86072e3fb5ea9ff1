//! From an operation to its payload: ask the bus, wait for the read models, show what is now.

use async_graphql::Context;
use commands::{CommandError, Operation};
use domain::NomsNumber;
use projections::{AllocationView, AsOf};

use crate::{
    fault::Fault,
    freshness::PATIENCE,
    input::Envelope,
    loaders::Allocations,
    scalars::Position,
    schema::Faces,
    types::{AllocationPayload, int},
};

/// Has an allocation changed, and answers with what became of it.
pub(super) async fn settle<O: Operation>(
    ctx: &Context<'_>,
    noms: NomsNumber,
    operation: O,
    envelope: Envelope,
) -> Result<AllocationPayload, Fault> {
    let faces = ctx.data_unchecked::<Faces>();
    let done = match faces.bus.execute(envelope.request(ctx, operation)?).await {
        Ok(done) => done,
        Err(CommandError::Refused(refusal)) => return Ok(refusal.into()),
        Err(error) => return Err(error.into()),
    };
    let position = done.position();
    let shown = shown(
        ctx,
        noms,
        position.filter(|_| envelope.wait_for_read_models),
        position,
    )
    .await;
    Ok(AllocationPayload {
        allocation: shown.map(Into::into),
        position: position.map(Position),
        version: Some(int(done.version)),
        replayed: done.replayed(),
        user_errors: Vec::new(),
    })
}

/// The allocation from the read models once they have passed `awaited`, else from the log itself. What is recorded is
/// recorded: that it cannot be shown now is no reason to say that it failed.
async fn shown(
    ctx: &Context<'_>,
    noms: NomsNumber,
    awaited: Option<commands::Position>,
    position: Option<commands::Position>,
) -> Option<AllocationView> {
    let models = &ctx.data_unchecked::<Faces>().models;
    let caught_up = match awaited {
        Some(awaited) => models.reached(awaited, PATIENCE).await.is_ok(),
        None => position.is_none(),
    };
    let read = match position {
        Some(position) if !caught_up => models
            .allocation_as_of(noms, AsOf::Position(position))
            .await
            .map_err(Fault::from),
        _ => Allocations::of(ctx).load_one(noms).await,
    };
    read.unwrap_or_else(|fault| {
        tracing::warn!(?fault, "a change is recorded but cannot be shown now");
        None
    })
}
