//! prisoner-search: one prisoner, several, or all of a prison.

use std::sync::{Arc, PoisonError};

use axum::{
    Extension, Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{NomsNumber, PrisonCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    World, documents,
    faults::{Stale, refusal},
};

pub(super) const ROLES: &[&str] = &[
    "ROLE_PRISONER_SEARCH",
    "ROLE_GLOBAL_SEARCH",
    "ROLE_PRISONER_IN_PRISON_SEARCH",
    "ROLE_PRISONER_SEARCH__PRISONER__RO",
];

/// The most numbers that one question may name.
const MOST_NUMBERS: usize = 1_000;

pub(super) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/prisoner/{noms}", get(prisoner))
        .route("/prisoner-search/prisoner-numbers", post(prisoners))
        .route("/prisoner-search/prison/{code}", get(prison))
}

async fn prisoner(
    State(world): State<Arc<World>>,
    Path(noms): Path<String>,
    stale: Option<Extension<Stale>>,
) -> Response {
    let found = noms
        .parse()
        .ok()
        .and_then(|noms| world.document(noms, stale.is_some()));
    found.map_or_else(
        || refusal(StatusCode::NOT_FOUND),
        |document| Json(document).into_response(),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Numbers {
    prisoner_numbers: Vec<String>,
}

async fn prisoners(
    State(world): State<Arc<World>>,
    stale: Option<Extension<Stale>>,
    Json(asked): Json<Numbers>,
) -> Response {
    if asked.prisoner_numbers.is_empty() || asked.prisoner_numbers.len() > MOST_NUMBERS {
        return refusal(StatusCode::BAD_REQUEST);
    }
    let numbers = asked.prisoner_numbers.iter().filter_map(|noms| noms.parse().ok());
    let found: Vec<_> = numbers
        .filter_map(|noms| world.document(noms, stale.is_some()))
        .collect();
    Json(found).into_response()
}

#[derive(Deserialize)]
struct Page {
    #[serde(default, rename = "page")]
    number: usize,
    #[serde(default = "Page::usual_size")]
    size: usize,
    #[serde(default, rename = "include-restricted-patients")]
    include_restricted_patients: bool,
}

impl Page {
    const fn usual_size() -> usize {
        10
    }
}

async fn prison(
    State(world): State<Arc<World>>,
    Path(code): Path<PrisonCode>,
    Query(page): Query<Page>,
    stale: Option<Extension<Stale>>,
) -> Json<Value> {
    let all = world.held_at(code, page.include_restricted_patients, stale.is_some());
    let size = page.size.max(1);
    let pages = all.len().div_ceil(size);
    let content: Vec<_> = all
        .iter()
        .skip(page.number.saturating_mul(size))
        .take(size)
        .collect();
    Json(json!({
        "content": content,
        "totalElements": all.len(),
        "totalPages": pages,
        "number": page.number,
        "size": size,
        "numberOfElements": content.len(),
        "last": page.number.saturating_add(1) >= pages,
    }))
}

impl World {
    /// A prisoner's document as it is now, or as it was before any change.
    fn document(&self, noms: NomsNumber, stale: bool) -> Option<Map<String, Value>> {
        let original = self
            .population
            .prisoner(noms)
            .map(|prisoner| documents::prisoner(&prisoner));
        let all_changes = self.changes.read().unwrap_or_else(PoisonError::into_inner);
        let Some(changed) = all_changes.get(&noms).filter(|_| !stale) else {
            return original;
        };
        let mut document = original.unwrap_or_default();
        document.insert("prisonerNumber".to_owned(), json!(noms));
        document.extend(changed.clone());
        document.retain(|_, value| !value.is_null());
        Some(document)
    }

    fn held_at(&self, code: PrisonCode, restricted: bool, stale: bool) -> Vec<Map<String, Value>> {
        let places = self
            .population
            .prison(code)
            .map_or(0..0, crate::population::PrisonStaff::places);
        let residents = places
            .clone()
            .filter_map(|place| Some(self.population.prisoner_at(place)?.noms));
        let changes = self.changes.read().unwrap_or_else(PoisonError::into_inner);
        let mut moved: Vec<_> = changes.keys().copied().collect();
        drop(changes);
        moved.sort_unstable();
        moved.retain(|noms| {
            !self
                .population
                .prisoner(*noms)
                .is_some_and(|p| places.contains(&p.place))
        });
        residents
            .chain(moved)
            .filter_map(|noms| self.document(noms, stale))
            .filter(|document| {
                let at = |member: &str| document.get(member) == Some(&json!(code));
                at("prisonId") || (restricted && at("supportingPrisonId"))
            })
            .collect()
    }
}
