//! GraphiQL from our own binary, in the local profile: no content delivery network, and the token filled in.

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use crate::http::state::AppState;
use crate::local::Example;

const PAGE: &str = include_str!("graphiql.html");

/// The files that the page needs; nothing else of the folder is served.
const FILES: [(&str, &str); 4] = [
    ("graphiql.min.js", "text/javascript; charset=utf-8"),
    ("graphiql.min.css", "text/css; charset=utf-8"),
    ("react.production.min.js", "text/javascript; charset=utf-8"),
    ("react-dom.production.min.js", "text/javascript; charset=utf-8"),
];

fn as_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// `/graphiql` and its files.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/graphiql", get(page))
        .route("/graphiql/{file}", get(file))
}

async fn page(State(state): State<AppState>) -> Response {
    let Some(pages) = state.pages.as_ref().filter(|pages| pages.graphiql.is_some()) else {
        return (
            StatusCode::NOT_FOUND,
            "GraphiQL needs npm once, to fetch its files",
        )
            .into_response();
    };
    let example = Example::find(&state.models, crate::clock::today()).await;
    let mutation = example.map_or(String::new(), |example| example.mutation());
    let examples = json!({ "list": Example::query(), "allocate": mutation });
    let page = PAGE
        .replace("__TOKEN__", &as_script(&pages.token.as_str().into()))
        .replace("__EXAMPLES__", &as_script(&examples));
    Html(page).into_response()
}

async fn file(State(state): State<AppState>, Path(name): Path<String>) -> Response {
    let known = FILES.iter().find(|(file, _)| *file == name);
    let files = state.pages.as_ref().and_then(|pages| pages.graphiql.as_deref());
    let (Some(files), Some((file, media_type))) = (files, known) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match tokio::fs::read(files.join(file)).await {
        Ok(content) => ([(header::CONTENT_TYPE, *media_type)], Body::from(content)).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
