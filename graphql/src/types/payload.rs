//! The payload of a mutation: the aggregate that it changed, and the outcome.

use async_graphql::SimpleObject;
use commands::{Done, Refusal};

use super::{int, user_error_reason::UserErrorReason};
use crate::{
    access::{Disclosed, ReadBack},
    scalars::Position,
};

/// The payload of the mutations of one aggregate.
pub(crate) trait Payload {
    /// The view of the aggregate.
    type View: ReadBack;

    /// A payload that shows this view, if the caller may see it.
    fn new(view: Option<Disclosed<Self::View>>, outcome: Outcome) -> Self;
}

/// The outcome of a mutation, whichever aggregate it changes.
#[derive(Default)]
pub(crate) struct Outcome {
    /// The position of the change, at its first delivery if it is a replay; none when nothing changed.
    pub(crate) position: Option<Position>,
    /// The version of the aggregate after the change, at its first delivery if it is a replay.
    pub(crate) version: Option<i32>,
    /// Whether this is the answer to an earlier delivery of the same request.
    pub(crate) replayed: bool,
    /// The reasons of a refusal; none when the change was made.
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

impl From<&Done> for Outcome {
    fn from(done: &Done) -> Self {
        Self {
            position: done.position().map(Position),
            // The receipt of a request that changed nothing has no version.
            version: Some(done.version).filter(|version| *version > 0).map(int),
            replayed: done.replayed(),
            user_errors: Vec::new(),
        }
    }
}

impl From<Refusal> for Outcome {
    fn from(refusal: Refusal) -> Self {
        Self {
            user_errors: vec![refusal.into()],
            ..Self::default()
        }
    }
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
