//! From an operation to its payload: ask the bus, wait for the read models, show what is now.

use async_graphql::Context;
use commands::{CommandError, Done, Operation};
use domain::NomsNumber;
use projections::{AllocationView, AsOf, ReadModels};

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
    let shown = shown(ctx, noms, &done, envelope.wait_for_read_models).await;
    Ok(AllocationPayload {
        allocation: shown.map(Into::into),
        position: position.map(Position),
        version: Some(int(done.version)),
        replayed: done.replayed(),
        user_errors: Vec::new(),
    })
}

/// The allocation from the read models once they have passed what was done, else from the log itself. What is recorded is
/// recorded: that it cannot be shown now is no reason to say that it failed.
async fn shown(ctx: &Context<'_>, noms: NomsNumber, done: &Done, wait: bool) -> Option<AllocationView> {
    let models = &ctx.data_unchecked::<Faces>().models;
    let caught_up = match done.position() {
        Some(position) if wait => models.reached(position, PATIENCE).await.is_ok(),
        position => position.is_none(),
    };
    if caught_up && let Some(just_folded) = just_folded(models, noms, done) {
        return Some(just_folded);
    }
    let read = match done.position() {
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

/// What was just done, if it was folded here. A retry asks for what is so now, which may be later than what is at hand.
fn just_folded(models: &ReadModels, noms: NomsNumber, done: &Done) -> Option<AllocationView> {
    let new = done.position().is_some() && !done.replayed();
    new.then(|| models.fresh_allocation(noms, done.version))?
}
