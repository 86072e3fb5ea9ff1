//! Whether the service and what it depends on work: for probes, dashboards and people.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;

use super::checkup::{Component, Status};
use crate::http::state::AppState;

/// `/health` and its family.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/health", get(health))
        .route("/health/liveness", get(alive))
        .route("/health/readiness", get(readiness))
        .route("/health/ping", get(ping))
}

#[derive(Serialize)]
struct Health<'a> {
    status: Status,
    components: &'a BTreeMap<String, Component>,
    uptime: u64,
    build: HealthBuild,
    version: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HealthBuild {
    build_number: String,
    git_ref: String,
}

async fn health(State(state): State<AppState>) -> Response {
    let components = state.checkup.components().await;
    let up = components
        .values()
        .all(|component| component.status == Status::Up);
    let body = Health {
        status: if up { Status::Up } else { Status::Down },
        components: &components,
        uptime: state.started.elapsed().as_secs(),
        build: HealthBuild {
            build_number: state.build.number.clone(),
            git_ref: state.build.git_ref.clone(),
        },
        version: state.build.number.clone(),
    };
    (
        if up {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        },
        Json(body),
    )
        .into_response()
}

#[derive(Serialize)]
struct OnlyStatus {
    status: Status,
}

async fn alive() -> Json<OnlyStatus> {
    Json(OnlyStatus { status: Status::Up })
}

#[derive(Serialize)]
struct Unready {
    status: Status,
    reason: String,
}

/// See `readiness`. Peers may be down: then the service is degraded, and ready.
async fn readiness(State(state): State<AppState>) -> Response {
    match state.readiness.ask(&state.models).await {
        Ok(()) => alive().await.into_response(),
        Err(reason) => {
            let body = Unready {
                status: Status::Down,
                reason: reason.to_string(),
            };
            (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
        }
    }
}

/// JSON, or `pong` for callers that ask for text, as some peers do.
async fn ping(headers: HeaderMap) -> Response {
    let wants_text = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.starts_with("text/plain"));
    if wants_text {
        "pong".into_response()
    } else {
        alive().await.into_response()
    }
}
