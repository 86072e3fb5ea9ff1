//! Requests that no route answers. To the contract's consumers 404 is data: the prisoner has no POM. So whatever
//! resembles an address of the contract is refused with 400, and never answered with 404.

use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::no_such_address;
use crate::http::state::AppState;

/// The words of the contract's addresses.
const WORDS: [&str; 5] = ["api", "allocation", "primary_pom", "handovers", "offenders"];

/// Answers what has no route.
pub(in crate::http) async fn answer(State(state): State<AppState>, request: Request) -> Response {
    if resembles_the_contract(request.uri().path()) {
        no_such_address(&state, request.headers()).await
    } else {
        nothing_here()
    }
}

/// Whether a part of the path is a word of the contract, however it is written.
fn resembles_the_contract(path: &str) -> bool {
    let decoded = percent_decode_str(path).decode_utf8_lossy().to_ascii_lowercase();
    decoded
        .split(['/', '\\'])
        .any(|part| WORDS.contains(&part.trim_end_matches('.').trim()))
}

fn nothing_here() -> Response {
    let body = json!({
        "status": 404,
        "errorCode": null,
        "userMessage": "No resource found failure: there is nothing at this address",
        "developerMessage": null,
        "moreInfo": null,
    });
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_the_contract_is_known_however_it_is_written() {
        for path in [
            "//api/allocation/A1234BC",
            "/API/allocation/A1234BC",
            "/%61pi",
            "/v1/api/allocation/A1234BC",
            "/allocation/A1234BC",
            "/api.",
            "/api%2Fallocation",
        ] {
            assert!(resembles_the_contract(path), "{path}");
        }
        for path in ["/", "/favicon.ico", "/apis", "/graphql/", "/A1234BC"] {
            assert!(!resembles_the_contract(path), "{path}");
        }
    }
}
