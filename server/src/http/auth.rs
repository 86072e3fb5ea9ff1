//! Who calls: the bearer token of a request.

use axum::http::{HeaderMap, header};
use commands::access::Principal;
use hmpps::jwt::{TokenError, VerifiedToken};

use super::state::AppState;

/// A caller whose token was verified.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// Who.
    pub principal: Principal,
    token: VerifiedToken,
}

/// Why a caller is not known.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Unauthenticated {
    /// No bearer token in the request.
    #[error("no bearer token: send an Authorization header")]
    Missing,
    /// A token that does not hold.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl Unauthenticated {
    /// Whether the fault is not the caller's: keys or caseloads cannot be had now.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Token(error) if error.is_unavailable())
    }
}

impl Authenticated {
    /// The caller of a request with these headers.
    ///
    /// # Errors
    /// When there is no valid token.
    pub async fn from_headers(state: &AppState, headers: &HeaderMap) -> Result<Self, Unauthenticated> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("bearer ")))
            .ok_or(Unauthenticated::Missing)?;
        Self::from_token(state, token.trim()).await
    }

    /// The holder of this token.
    ///
    /// # Errors
    /// When it is not valid.
    pub async fn from_token(state: &AppState, token: &str) -> Result<Self, Unauthenticated> {
        let token = state.verifier.verify(token).await?;
        let principal = state.verifier.principal(&token).await?;
        Ok(Self { principal, token })
    }

    /// Whether the token has the scope `read`, which the REST contract insists on.
    #[must_use]
    pub fn may_read(&self) -> bool {
        self.token.has_scope("read")
    }
}
