//! The payload of the mutations of an allocation.

use async_graphql::SimpleObject;
use projections::AllocationView;

use super::{
    Allocation,
    payload::{Outcome, Payload, UserError},
};
use crate::{access::Disclosed, scalars::Position};

/// What became of a request to change an allocation.
#[derive(SimpleObject)]
pub(crate) struct AllocationPayload {
    /// The allocation as it is now, which says its own version: after a replay it may be later than `version`. Also what
    /// is there instead of what was expected, when the request was refused with `VERSION_CONFLICT`. Absent after any
    /// other refusal, and for those whose business the prisoner is not now.
    allocation: Option<Allocation>,
    /// The place in the log that the request reached, at its first delivery if it is a replay: give it as `minPosition`
    /// to see the change. Absent when nothing changed.
    position: Option<Position>,
    /// The version of the allocation after the request, at its first delivery if it is a replay. Absent when it was
    /// refused, or is a replay of a request that changed nothing.
    version: Option<i32>,
    /// Whether this is the answer to an earlier delivery of the same request: `position` and `version` are those of then.
    replayed: bool,
    /// Why the request was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

impl Payload for AllocationPayload {
    type View = AllocationView;

    fn new(view: Option<Disclosed<AllocationView>>, outcome: Outcome) -> Self {
        let Outcome {
            position,
            version,
            replayed,
            user_errors,
        } = outcome;
        Self {
            allocation: view.map(Into::into),
            position,
            version,
            replayed,
            user_errors,
        }
    }
}
