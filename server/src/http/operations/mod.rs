//! For operators: health, readiness, metrics, and what was built.

pub(crate) mod checks;
pub(crate) mod checkup;
mod health;
mod info;
mod messages;
mod metrics;
pub(crate) mod readiness;

use axum::Router;

pub(super) use self::metrics::routes as metrics_routes;
use super::state::AppState;

/// `/health` and its family, and `/info`.
pub(super) fn routes() -> Router<AppState> {
    Router::new().merge(health::routes()).merge(info::routes())
}
