//! `/`: in the local profile a page that leads on, in production the way to `/info`.

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};

use super::graphiql;
use crate::http::{operations::metrics_routes, state::AppState};
use crate::{local::Example, loopback};

const PAGE: &str = include_str!("home.html");

/// `/`, and in the local profile the pages behind it, which are for browsers on this machine alone: they hold a token.
pub(in crate::http) fn routes(state: &AppState) -> Router<AppState> {
    if state.pages.is_none() {
        return Router::new().route("/", get(async || Redirect::to("/info")));
    }
    Router::new()
        .route("/", get(page))
        .merge(graphiql::routes())
        .merge(metrics_routes(state.metrics.clone()))
        .layer(middleware::from_fn(to_this_machine))
}

/// Answers requests that were meant for this machine. A page elsewhere can have its own name lead to this machine, and would
/// then read what is answered; but the browser says the name.
async fn to_this_machine(request: Request, next: Next) -> Response {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let addressed = Uri::authority(request.uri()).is_none_or(|authority| loopback::names(authority.as_str()));
    if !addressed || hosts.next().is_some() || !host.is_some_and(loopback::names) {
        let why = "This page holds a token: open it as http://localhost, with the port, on the machine that serves it";
        return (StatusCode::FORBIDDEN, why).into_response();
    }
    let mut response = next.run(request).await;
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn page(State(state): State<AppState>) -> Response {
    let Some(pages) = &state.pages else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let example = Example::find(&state.models, crate::clock::today()).await;
    let Ok(example) = example else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let graphiql = if pages.graphiql.is_some() { "hidden" } else { "" };
    let fields = [
        ("__BASE__", pages.base.as_str()),
        ("__TOKEN__", pages.token.as_str()),
        ("__QUERY__", &Example::query()),
        ("__MUTATION__", &example.mutation()),
        ("__NOMS__", &example.noms.to_string()),
        ("__DATA__", &as_word(&pages.data_dir.display().to_string())),
    ];
    let page = fields
        .into_iter()
        .fold(PAGE.replace("__NO_GRAPHIQL__", graphiql), |page, (name, text)| {
            page.replace(name, &as_html(text))
        });
    Html(page).into_response()
}

/// A text as a shell reads it as one word.
fn as_word(text: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "/._-".contains(character);
    if text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

fn as_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::as_word;

    #[test]
    fn a_path_is_one_word_to_a_shell_whatever_is_in_it() {
        assert_eq!(as_word("/srv/.local/a-b_c"), "/srv/.local/a-b_c");
        assert_eq!(as_word("/srv/my data"), "'/srv/my data'");
        assert_eq!(as_word("it's $HOME"), r"'it'\''s $HOME'");
    }
}
