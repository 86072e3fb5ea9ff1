//! hmpps-auth: public keys, and tokens for clients.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Api, CLIENT_ID, CLIENT_SECRET, World, faults::refusal};
use crate::TokenRequest;

pub(super) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/.well-known/jwks.json", get(jwks))
        .route("/oauth/token", post(token))
        .route("/ping", get(|| async { "pong" }))
}

async fn jwks(State(world): State<Arc<World>>) -> Json<Value> {
    Json(world.issuer.jwks())
}

#[derive(Deserialize)]
struct Grant {
    grant_type: String,
    username: Option<String>,
}

async fn token(State(world): State<Arc<World>>, Query(grant): Query<Grant>, headers: HeaderMap) -> Response {
    if grant.grant_type != "client_credentials" {
        return refusal(StatusCode::BAD_REQUEST);
    }
    if !is_our_client(&headers) {
        return refusal(StatusCode::UNAUTHORIZED);
    }
    let roles: Vec<_> = Api::ALL
        .iter()
        .filter_map(|api| api.row().roles.first().copied())
        .collect();
    let request = TokenRequest {
        username: grant.username,
        ..TokenRequest::client(CLIENT_ID, &roles)
    };
    match world.issuer.issue(&request) {
        Ok(token) => Json(json!({
            "access_token": token,
            "token_type": "bearer",
            "expires_in": request.lifetime.num_seconds(),
            "scope": request.scope.join(" "),
        }))
        .into_response(),
        Err(error) => {
            tracing::error!(%error, "no token could be issued");
            refusal(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

fn is_our_client(headers: &HeaderMap) -> bool {
    let expected = BASE64_STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "))
        .is_some_and(|given| given == expected)
}
