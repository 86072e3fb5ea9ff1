//! Who calls, and whether they may call again already: the bearer token of a request.

use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};
use hmpps::{Caller, TokenError};

use super::state::AppState;

/// Why a request is not let in.
#[derive(Debug)]
pub(super) enum NotAdmitted {
    /// There is no valid token, or nobody can say now whether it is.
    Token(TokenError),
    /// They ask too often, and have to wait this long.
    TooOften(Duration),
}

/// The caller of a request with these headers.
///
/// # Errors
/// When they are not let in.
pub(super) async fn caller(state: &AppState, headers: &HeaderMap) -> Result<Caller, NotAdmitted> {
    let caller = state.authenticator.caller(authorization(headers)).await;
    in_pace(state, caller)
}

/// The same where roles decide and caseloads do not count: they are not asked for.
///
/// # Errors
/// When they are not let in.
pub(super) async fn holder(state: &AppState, headers: &HeaderMap) -> Result<Caller, NotAdmitted> {
    let holder = state.authenticator.holder(authorization(headers)).await;
    in_pace(state, holder)
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
}

fn in_pace(state: &AppState, caller: Result<Caller, TokenError>) -> Result<Caller, NotAdmitted> {
    let caller = caller.map_err(NotAdmitted::Token)?;
    state
        .pace
        .admit(&caller.principal.actor, Instant::now())
        .map_err(NotAdmitted::TooOften)?;
    Ok(caller)
}
