//! The renewal of a caller while a connection lasts: roles stay those of the token, caseloads are fetched again.

use std::sync::Arc;

use commands::access::Principal;
use futures::FutureExt;
use graphql::{Renewal, Unrenewable};
use hmpps::VerifiedToken;

use crate::http::state::AppState;

/// The renewal of this caller.
pub(super) fn renewal(state: &AppState, principal: Arc<Principal>, token: Arc<VerifiedToken>) -> Renewal {
    let (state, every) = (state.clone(), state.limits.renewed_every());
    Renewal::new(principal, every, move || {
        let (state, token) = (state.clone(), token.clone());
        async move {
            let renewed = state.authenticator.renewed(token).await;
            renewed.map(|caller| caller.principal).map_err(|error| {
                tracing::warn!(%error, "a connection ends: its caller cannot be checked");
                Unrenewable
            })
        }
        .boxed()
    })
}
