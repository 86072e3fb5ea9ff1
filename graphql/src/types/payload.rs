//! What a mutation answers.

use async_graphql::SimpleObject;
use commands::Refusal;

use super::Allocation;
use crate::scalars::Position;

/// What became of a request to change an allocation.
#[derive(SimpleObject, Default)]
pub(crate) struct AllocationPayload {
    /// The allocation afterwards; absent when the request was refused.
    pub(crate) allocation: Option<Allocation>,
    /// The place in the log that was reached: give it as `minPosition` to see the change; absent when nothing changed.
    pub(crate) position: Option<Position>,
    /// The version of the allocation afterwards.
    pub(crate) version: Option<i32>,
    /// Whether this is the answer to an earlier delivery of the same request.
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
}

impl From<Refusal> for UserError {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.code().to_owned(),
            message: refusal.to_string(),
            field: refusal
                .field()
                .map(|field| vec!["input".to_owned(), field.to_owned()]),
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
