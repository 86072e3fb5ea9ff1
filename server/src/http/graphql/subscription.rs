//! What subscriptions over sockets and over server-sent events share: their permit and their end.

use std::time::Duration;

use graphql::Caller;

use super::rejection::Rejection;
use crate::http::{permits::Permit, state::AppState};

/// Why every stream of a caller ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StreamEnd {
    /// The token has expired.
    Expired,
    /// The service stops.
    Stopping,
}

/// Waits until the streams of a caller end whose token expires after `lasts`.
pub(super) async fn stream_end(state: &AppState, lasts: Duration) -> StreamEnd {
    tokio::select! {
        () = tokio::time::sleep(lasts) => StreamEnd::Expired,
        () = state.stopping.cancelled() => StreamEnd::Stopping,
    }
}

/// A permit for one stream of this caller.
///
/// # Errors
/// When the caller or the service has too many streams.
pub(super) fn permit_for(state: &AppState, caller: &Caller) -> Result<Permit, Rejection> {
    let permit = state.permits.streams.take(Some(&caller.principal.actor), 1);
    permit.map_err(Rejection::StreamLimit)
}
