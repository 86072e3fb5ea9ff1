//! From an operation to its payload: ask the bus, wait for the read models, show what is now.

use async_graphql::Context;
use commands::{CommandError, Done, Operation, Refusal};
use domain::NomsNumber;

use crate::{
    access::{Freshness, Reader, change},
    fault::Fault,
    input::Envelope,
    scalars::Position,
    types::{Allocation, AllocationPayload, int},
};

/// Has an allocation changed, and answers with what became of it.
pub(super) async fn execute_and_read_back<O: Operation>(
    ctx: &Context<'_>,
    noms: NomsNumber,
    operation: O,
    envelope: Envelope,
) -> Result<AllocationPayload, Fault> {
    let wait = envelope.wait_for_read_models;
    let done = match change(ctx, envelope.request(ctx, operation)?).await {
        Ok(done) => done,
        Err(CommandError::Refused(refusal)) => return Ok(refused(ctx, noms, refusal, wait).await),
        Err(error) => return Err(error.into()),
    };
    let position = done.position();
    let freshness = Freshness { position, wait };
    Ok(AllocationPayload {
        allocation: shown(ctx, noms, freshness, Some(&done)).await,
        position: position.map(Position),
        // What was kept of a request that changed nothing does not say at which version that was.
        version: Some(done.version).filter(|version| *version > 0).map(int),
        replayed: done.replayed(),
        user_errors: Vec::new(),
    })
}

/// Whoever acted on what is so no more is shown what is.
async fn refused(ctx: &Context<'_>, noms: NomsNumber, refusal: Refusal, wait: bool) -> AllocationPayload {
    let conflict = matches!(refusal, Refusal::VersionConflict { .. });
    let allocation = match Reader::of(ctx) {
        Ok(reader) if conflict => {
            let position = reader.head().await.ok();
            shown(ctx, noms, Freshness { position, wait }, None).await
        }
        _ => None,
    };
    AllocationPayload {
        allocation,
        ..refusal.into()
    }
}

/// The allocation as it is now, for those who may be told of the prisoner now. What is recorded is recorded: that it
/// cannot be shown is no reason to say that it failed.
async fn shown(
    ctx: &Context<'_>,
    noms: NomsNumber,
    freshness: Freshness,
    done: Option<&Done>,
) -> Option<Allocation> {
    let read = async {
        let reader = Reader::of(ctx)?;
        let told = reader.read_back_allocation(noms, freshness, done).await?;
        Ok::<_, Fault>(told.map(Into::into))
    };
    read.await.unwrap_or_else(|fault| {
        tracing::warn!(?fault, "what a change led to cannot be shown now");
        None
    })
}
