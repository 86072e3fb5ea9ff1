//! The body of a request: read after authentication, within a limit of size and time.

use axum::body::{Body, HttpBody};
use futures::StreamExt;
use graphql::{Caller, GuardRefusal, GuardedRequest, MAX_BODY};
use tokio::time::timeout;

use super::rejection::Rejection;
use crate::http::{permits::Permit, state::AppState};

const TOO_LARGE: GuardRefusal = GuardRefusal::TooLarge(MAX_BODY);

/// The bytes of a body; their permit is held as long as they are.
pub(super) struct Kept {
    bytes: Vec<u8>,
    _permit: Permit,
}

/// Reads the body that this caller sends.
///
/// # Errors
/// When it is too large, too slow or cut off, or too many bytes are being read already.
pub(super) async fn read(state: &AppState, caller: &Caller, body: Body) -> Result<Kept, Rejection> {
    let announced = body.size_hint();
    let at_most = announced.upper().map(usize::try_from);
    let size = match at_most {
        Some(Ok(size)) if size <= MAX_BODY => size,
        Some(_) => return Err(TOO_LARGE.into()),
        None => MAX_BODY,
    };
    let actor = &caller.principal.actor;
    let permit = state.permits.body_bytes.take(Some(actor), size);
    let permit = permit.map_err(Rejection::SendLimit)?;
    let limit = state.limits.body;
    let bytes = timeout(limit, collect(body)).await;
    let bytes = bytes.map_err(|_| Rejection::SlowBody(limit))??;
    Ok(Kept {
        bytes,
        _permit: permit,
    })
}

/// The request in a body.
///
/// # Errors
/// When there is none.
pub(super) fn request_in(body: &Kept) -> Result<GuardedRequest, GuardRefusal> {
    GuardedRequest::from_json(&body.bytes)
}

async fn collect(body: Body) -> Result<Vec<u8>, GuardRefusal> {
    let mut bytes = Vec::new();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        // The connection was cut off.
        let chunk = chunk.map_err(|_| GuardRefusal::NotARequest)?;
        if bytes.len().saturating_add(chunk.len()) > MAX_BODY {
            return Err(TOO_LARGE);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
