//! Authentication by the bearer token of a request, and the caller's budget.

use std::{sync::Arc, time::Instant};

use axum::http::{HeaderMap, header};
use graphql::budget::{Budget, OverBudget};
use hmpps::{Caller, TokenError};

use super::state::AppState;

/// Why a request is not admitted.
#[derive(Debug)]
pub(super) enum AuthError {
    /// The token is missing or invalid, or it cannot be checked now.
    Token(TokenError),
    /// They have spent their budget, or ask too often.
    OverBudget(OverBudget),
}

/// An authenticated caller with their budget.
pub(super) struct Authenticated {
    pub(super) caller: Caller,
    /// The caller's budget of cost and concurrency.
    pub(super) budget: Arc<Budget>,
}

/// The caller of a request with these headers.
///
/// # Errors
/// When the caller is not admitted.
pub(super) async fn caller(state: &AppState, headers: &HeaderMap) -> Result<Authenticated, AuthError> {
    let caller = state.authenticator.caller(authorization(headers)).await;
    within_budget(state, caller)
}

/// The caller without caseloads, where roles alone decide.
///
/// # Errors
/// When the caller is not admitted.
pub(super) async fn holder(state: &AppState, headers: &HeaderMap) -> Result<Authenticated, AuthError> {
    let holder = state.authenticator.holder(authorization(headers)).await;
    within_budget(state, holder)
}

/// The only `Authorization` header. Of several none counts: a proxy may have checked another one.
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
