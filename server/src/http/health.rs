//! Whether the service and what it depends on work: for probes, dashboards and people.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::future::{BoxFuture, join_all};
use serde::Serialize;

use super::state::AppState;
use event_store::Log;

/// How long one component may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// `/health` and its family.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/health", get(health))
        .route("/health/liveness", get(alive))
        .route("/health/readiness", get(readiness))
        .route("/health/ping", get(ping))
}

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// Works.
    Up,
    /// Does not.
    Down,
}

/// One thing that the service depends on.
#[derive(Debug, Clone, Serialize)]
pub struct Component {
    /// Whether it works.
    pub status: Status,
    /// What it said of itself.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

impl Component {
    /// A component that answered, or not, with what it said.
    #[must_use]
    pub fn new(up: bool, details: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            status: if up { Status::Up } else { Status::Down },
            details: details.into_iter().collect(),
        }
    }
}

/// Asks one component.
pub(crate) type Check = Box<dyn Fn() -> BoxFuture<'static, Component> + Send + Sync>;

#[derive(Serialize)]
struct Health {
    status: Status,
    components: BTreeMap<String, Component>,
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

/// All components at once, each with its own patience, so that one that hangs delays nobody by more than that.
async fn health(State(state): State<AppState>) -> Response {
    let asked = state.checks.iter().map(|(name, check)| async move {
        let component = tokio::time::timeout(PATIENCE, check()).await.unwrap_or_else(|_| {
            Component::new(
                false,
                [("error".to_owned(), "no answer within 2 seconds".to_owned())],
            )
        });
        (name.clone(), component)
    });
    let components: BTreeMap<_, _> = join_all(asked).await.into_iter().collect();
    let up = components
        .values()
        .all(|component| component.status == Status::Up);
    let body = Health {
        status: if up { Status::Up } else { Status::Down },
        components,
        uptime: state.started.elapsed().as_secs(),
        build: HealthBuild {
            build_number: state.build.number.clone(),
            git_ref: state.build.git_ref.clone(),
        },
        version: state.build.version(),
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

/// Ready when the log can be read: peers may be down, then the service is degraded and not down.
async fn readiness(State(state): State<AppState>) -> Response {
    let readable = tokio::time::timeout(PATIENCE, state.log.head()).await;
    match readable {
        Ok(Ok(_)) => Json(OnlyStatus { status: Status::Up }).into_response(),
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(OnlyStatus { status: Status::Down }),
        )
            .into_response(),
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
