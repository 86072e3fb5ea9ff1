//! What a mutation answers.

use async_graphql::SimpleObject;
use commands::Refusal;

use super::{Allocation, user_error_reason::UserErrorReason};
use crate::scalars::Position;

/// What became of a request to change an allocation.
#[derive(SimpleObject, Default)]
pub(crate) struct AllocationPayload {
    /// The allocation as it is now, which says its own version: after a replay it may be later than `version`. Also what
    /// is there instead of what was expected, when the request was refused with `VERSION_CONFLICT`. Absent after any
    /// other refusal, and for those whose business the prisoner is not now.
    pub(crate) allocation: Option<Allocation>,
    /// The place in the log that the request reached, at its first delivery if it is a replay: give it as `minPosition`
    /// to see the change. Absent when nothing changed.
    pub(crate) position: Option<Position>,
    /// The version of the allocation after the request, at its first delivery if it is a replay. Absent when it was
    /// refused, or is a replay of a request that changed nothing.
    pub(crate) version: Option<i32>,
    /// Whether this is the answer to an earlier delivery of the same request: `position` and `version` are those of then.
    pub(crate) replayed: bool,
    /// Why the request was refused; empty when it was done.
    pub(crate) user_errors: Vec<UserError>,
}

/// Why a request was refused, for the person who made it.
#[derive(SimpleObject)]
pub(crate) struct UserError {
    /// The stable code.
    code: String,
    /// What to tell the person.
    message: String,
    /// The path of the input at fault; absent when it is the case itself.
    field: Option<Vec<String>>,
    /// Which of several causes that are told in the same words; absent when there is only one.
    reason: Option<UserErrorReason>,
}

impl From<Refusal> for UserError {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.code().to_owned(),
            message: refusal.to_string(),
            field: refusal
                .field()
                .map(|field| vec!["input".to_owned(), field.to_owned()]),
            reason: UserErrorReason::of(refusal),
        }
    }
}

impl From<Refusal> for AllocationPayload {
    fn from(refusal: Refusal) -> Self {
        Self {
            user_errors: vec![refusal.into()],
            ..Self::default()
        }
    }
}
