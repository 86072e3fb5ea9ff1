//! Who calls, and whether they may call again already: the bearer token of a request.

use std::{sync::Arc, time::Instant};

use axum::http::{HeaderMap, header};
use graphql::budget::{Budget, OverBudget};
use hmpps::{Caller, TokenError};

use super::state::AppState;

/// Why a request is not let in.
#[derive(Debug)]
pub(super) enum AuthError {
    /// There is no valid token, or nobody can say now whether it is.
    Token(TokenError),
    /// They have spent their budget, or ask too often.
    OverBudget(OverBudget),
}

/// Somebody who is let in.
pub(super) struct Authenticated {
    pub(super) caller: Caller,
    /// What they may spend, and have at work.
    pub(super) budget: Arc<Budget>,
}

/// The caller of a request with these headers.
///
/// # Errors
/// When they are not let in.
pub(super) async fn caller(state: &AppState, headers: &HeaderMap) -> Result<Authenticated, AuthError> {
    let caller = state.authenticator.caller(authorization(headers)).await;
    within_budget(state, caller)
}

/// The same where roles decide and caseloads do not count: they are not asked for.
///
/// # Errors
/// When they are not let in.
pub(super) async fn holder(state: &AppState, headers: &HeaderMap) -> Result<Authenticated, AuthError> {
    let holder = state.authenticator.holder(authorization(headers)).await;
    within_budget(state, holder)
}

/// None of several counts: a proxy may have checked another one.
fn authorization(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let value = all.next().filter(|_| all.next().is_none());
    value.and_then(|value| value.to_str().ok())
}

fn within_budget(state: &AppState, caller: Result<Caller, TokenError>) -> Result<Authenticated, AuthError> {
    let caller = caller.map_err(AuthError::Token)?;
    let budget = state.budgets.of(&caller.principal.actor);
    budget.admit(Instant::now()).map_err(AuthError::OverBudget)?;
    Ok(Authenticated { caller, budget })
}
