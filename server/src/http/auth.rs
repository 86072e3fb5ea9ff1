//! Who calls: the bearer token of a request.

use axum::http::{HeaderMap, header};
use hmpps::{Caller, TokenError};

use super::state::AppState;

/// The caller of a request with these headers.
///
/// # Errors
/// When there is no valid token, or nobody can say now whether it is.
pub(super) async fn caller(state: &AppState, headers: &HeaderMap) -> Result<Caller, TokenError> {
    let authorization = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    state.authenticator.caller(authorization).await
}
