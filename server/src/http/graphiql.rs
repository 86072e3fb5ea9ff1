//! GraphiQL from our own binary, in the local profile: no content delivery network, and the token filled in.

use std::path::PathBuf;

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};

use super::state::AppState;
use crate::local::Example;

const PAGE: &str = include_str!("graphiql.html");

/// The files that the page needs; nothing else of the folder is served.
const FILES: [(&str, &str); 4] = [
    ("graphiql.min.js", "text/javascript; charset=utf-8"),
    ("graphiql.min.css", "text/css; charset=utf-8"),
    ("react.production.min.js", "text/javascript; charset=utf-8"),
    ("react-dom.production.min.js", "text/javascript; charset=utf-8"),
];

/// The page and where its files are.
#[derive(Debug, Clone)]
pub struct GraphiQl {
    files: PathBuf,
    page: String,
}

impl GraphiQl {
    /// A page whose requests carry this token.
    #[must_use]
    pub fn new(files: PathBuf, token: Option<&str>) -> Self {
        let page = PAGE.replace("__TOKEN__", &as_script(token.unwrap_or_default()));
        Self { files, page }
    }
}

fn as_script(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('<', "\\u003c")
}

/// `/graphiql` and its files.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/graphiql", get(page))
        .route("/graphiql/{file}", get(file))
}

async fn page(State(state): State<AppState>) -> Response {
    match &state.graphiql {
        Some(graphiql) => {
            let example = Example::find(&state.models, crate::clock::today()).await;
            let mutation = example.map_or(String::new(), |example| example.mutation());
            Html(graphiql.page.replace("__QUERY__", &as_script(&mutation))).into_response()
        }
        None => (
            StatusCode::NOT_FOUND,
            "GraphiQL is part of the local profile, and needs npm once",
        )
            .into_response(),
    }
}

async fn file(State(state): State<AppState>, Path(name): Path<String>) -> Response {
    let known = FILES.iter().find(|(file, _)| *file == name);
    let (Some(graphiql), Some((file, media_type))) = (&state.graphiql, known) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match tokio::fs::read(graphiql.files.join(file)).await {
        Ok(content) => ([(header::CONTENT_TYPE, *media_type)], Body::from(content)).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
