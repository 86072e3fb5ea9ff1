//! Inputs that several fields share.

use async_graphql::{Context, InputObject};
use commands::{Operation, Request, access::Principal};
use domain::{InvalidId, StaffId};
use uuid::Uuid;

use crate::{
    caller::{Caller, IdempotencyKey},
    fault::Fault,
    renewal::Standing,
};

/// A staff id.
pub(crate) fn staff_id(number: i32) -> Result<StaffId, Fault> {
    StaffId::try_from(i64::from(number)).map_err(|error: InvalidId| Fault::bad_input(error.to_string()))
}

/// The longest search text in characters, and the longest list of search texts.
pub(crate) const TEXT: usize = 100;
pub(crate) const TEXTS: usize = 20;

/// Checks the length of a search text.
pub(crate) fn short(name: &str, text: String) -> Result<String, Fault> {
    if text.chars().count() > TEXT {
        let message = format!("'{name}' must have at most {TEXT} characters: look for less");
        return Err(Fault::bad_input(message));
    }
    Ok(text)
}

/// Checks the length of a list of search texts.
pub(crate) fn few(name: &str, texts: Vec<String>) -> Result<Vec<String>, Fault> {
    if texts.len() > TEXTS {
        let message = format!("'{name}' must have at most {TEXTS} items: look for fewer");
        return Err(Fault::bad_input(message));
    }
    texts.into_iter().map(|text| short(name, text)).collect()
}

/// The options of every mutation, beside its operation.
#[derive(Debug, Clone, Copy, InputObject)]
pub(crate) struct MutationOptions {
    /// Your id for this request: the same id again gives the same answer. Where a request has one mutation, the header
    /// `Idempotency-Key` is the same thing.
    command_id: Option<Uuid>,
    /// Refuse if the allocation is not at this version.
    expected_version: Option<i32>,
    /// Answer only once readers see the change, but after 2 seconds at the latest.
    #[graphql(default = true)]
    pub(crate) wait_for_read_models: bool,
}

impl MutationOptions {
    /// The operation as a command of this caller.
    pub(crate) fn request<O: Operation>(self, ctx: &Context<'_>, operation: O) -> Result<Request<O>, Fault> {
        let caller = ctx.data_opt::<Caller>().ok_or_else(Fault::unauthenticated)?;
        let principal = ctx
            .data_opt::<Standing>()
            .ok_or_else(Fault::unauthenticated)?
            .principal();
        let mut request = Request::new(operation, Principal::clone(&principal));
        request.correlation_id = caller.correlation_id;
        request.command_id = self.command_id(caller.idempotency_key)?;
        request.expected_version = self
            .expected_version
            .map(|version| {
                u64::try_from(version).map_err(|_| Fault::bad_input("'expectedVersion' must be 0 or more"))
            })
            .transpose()?;
        Ok(request)
    }

    fn command_id(self, header: Option<IdempotencyKey>) -> Result<Option<Uuid>, Fault> {
        match (self.command_id, header) {
            (Some(id), Some(IdempotencyKey(key))) if id != key => Err(Fault::bad_input(
                "'commandId' and the Idempotency-Key header differ: send one, or the same in both",
            )),
            (id, header) => Ok(id.or(header.map(|IdempotencyKey(key)| key))),
        }
    }
}
