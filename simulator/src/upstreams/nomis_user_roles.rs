//! nomis-user-roles: members of staff and their accounts.

use std::sync::{Arc, PoisonError};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::StaffId;
use serde_json::{Map, Value, json};

use super::{World, documents, faults::refusal};
use crate::{population::StaffMember, tokens::TokenFault};

pub(super) const ROLES: &[&str] = &["ROLE_VIEW_NOMIS_STAFF_DETAILS"];

pub(super) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/users/staff/{id}", get(staff))
        .route("/users/{username}", get(user))
}

async fn staff(State(world): State<Arc<World>>, Path(id): Path<i64>) -> Response {
    let Ok(staff_id) = StaffId::try_from(id) else {
        return refusal(StatusCode::NOT_FOUND);
    };
    let changed = world.changed(staff_id);
    match world.member(staff_id) {
        Ok(None) if changed.is_empty() => refusal(StatusCode::NOT_FOUND),
        Ok(member) => {
            let document = member.map_or_else(|| json!({}), |member| documents::staff(&member));
            let mut document = document.as_object().cloned().unwrap_or_default();
            document.extend(changed);
            Json(document).into_response()
        }
        Err(error) => unreadable(&error),
    }
}

async fn user(State(world): State<Arc<World>>, Path(username): Path<String>) -> Response {
    match world.account(&username) {
        Ok(Some(member)) => Json(documents::user(&member)).into_response(),
        Ok(None) => refusal(StatusCode::NOT_FOUND),
        Err(error) => unreadable(&error),
    }
}

fn unreadable(error: &TokenFault) -> Response {
    tracing::error!(%error, "registered users could not be read");
    refusal(StatusCode::INTERNAL_SERVER_ERROR)
}

impl World {
    // People registered with a token come first: whoever asks for a token in a user's name says what they may see.
    fn account(&self, username: &str) -> Result<Option<StaffMember>, TokenFault> {
        let registered = self
            .issuer
            .user(username)?
            .map(|user| documents::as_staff(username, user));
        Ok(registered.or_else(|| self.population.user(username).cloned()))
    }

    /// What changed of a member of staff since the population was made.
    fn changed(&self, staff_id: StaffId) -> Map<String, Value> {
        let changes = self.staff_changes.read().unwrap_or_else(PoisonError::into_inner);
        changes.get(&staff_id).cloned().unwrap_or_default()
    }

    fn member(&self, staff_id: StaffId) -> Result<Option<StaffMember>, TokenFault> {
        let registered = self.issuer.user_of_staff(staff_id)?;
        Ok(registered
            .map(|(username, user)| documents::as_staff(&username, user))
            .or_else(|| self.population.staff(staff_id).cloned()))
    }
}
