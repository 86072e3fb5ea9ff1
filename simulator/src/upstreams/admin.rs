//! Routes that make upstream services fail, move prisoners and rename staff, for stories told from another process.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::put,
};
use domain::{NomsNumber, StaffId};
use serde_json::{Map, Value};

use super::{Api, Fault, World};

pub(super) fn router(world: &Arc<World>) -> Router {
    Router::new()
        .route("/faults/{api}", put(set_fault).delete(clear_fault))
        .route("/prisoners/{noms}", put(change_prisoner))
        .route("/staff/{id}", put(change_staff))
        .with_state(Arc::clone(world))
}

async fn set_fault(
    State(world): State<Arc<World>>,
    Path(api): Path<Api>,
    Json(fault): Json<Fault>,
) -> StatusCode {
    world.faults.set(api, Some(fault));
    StatusCode::NO_CONTENT
}

async fn clear_fault(State(world): State<Arc<World>>, Path(api): Path<Api>) -> StatusCode {
    world.faults.set(api, None);
    StatusCode::NO_CONTENT
}

async fn change_prisoner(
    State(world): State<Arc<World>>,
    Path(noms): Path<NomsNumber>,
    Json(members): Json<Map<String, Value>>,
) -> StatusCode {
    world.change_prisoner(noms, members);
    StatusCode::NO_CONTENT
}

async fn change_staff(
    State(world): State<Arc<World>>,
    Path(id): Path<i64>,
    Json(members): Json<Map<String, Value>>,
) -> StatusCode {
    match StaffId::try_from(id) {
        Ok(staff) => {
            world.change_staff(staff, members);
            StatusCode::NO_CONTENT
        }
        Err(_) => StatusCode::NOT_FOUND,
    }
}
