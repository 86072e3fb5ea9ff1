//! What was built: `/info`, which the service catalogue reads.

use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Value, json};

use crate::http::state::AppState;

/// `/info`.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/info", get(info))
}

async fn info(State(state): State<AppState>) -> Json<Value> {
    let build = &state.build;
    Json(json!({
        "git": { "branch": build.git_branch, "commit": { "id": build.git_ref } },
        "build": {
            "artifact": "pom-allocations",
            "name": "pom-allocations",
            "version": build.number,
        },
        "productId": build.product_id,
    }))
}
