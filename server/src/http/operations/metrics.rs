//! `/metrics`: on a port of operators, because it is on no public list; in the local profile beside everything else.

use axum::{Router, routing::get};
use metrics_exporter_prometheus::PrometheusHandle;

/// `/metrics`.
pub(in crate::http) fn routes<S: Clone + Send + Sync + 'static>(metrics: PrometheusHandle) -> Router<S> {
    Router::new().route("/metrics", get(async move || metrics.render()))
}
