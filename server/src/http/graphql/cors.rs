//! CORS: browsers on listed origins may call GraphQL. An origin is no authentication; tokens are.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, Method, header};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::config::Origins;

/// How long a browser may cache a preflight.
const PREFLIGHT_MAX_AGE: Duration = Duration::from_mins(10);

/// Lets pages of these origins ask GraphQL over HTTP, with any header and without cookies.
pub(super) fn layer(origins: &Origins) -> CorsLayer {
    let origins = origins.clone();
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| {
            origin.to_str().is_ok_and(|origin| origins.allow(origin))
        }))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([
            header::RETRY_AFTER,
            HeaderName::from_static("ratelimit"),
            HeaderName::from_static("ratelimit-policy"),
            HeaderName::from_static("x-aggregate-version"),
        ])
        .max_age(PREFLIGHT_MAX_AGE)
}

/// Whether a socket may be opened: by programs, which send no origin, and by pages of this host or of listed origins.
pub(super) fn may_open_socket(origins: &Origins, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    let of_this_host = origin.split_once("://").map(|(_, host)| host) == text(header::HOST);
    of_this_host || origins.allow(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_opened_by_programs_by_pages_of_this_host_and_by_listed_origins() {
        let origins: Origins = "https://ui.example".parse().unwrap();
        let may = |origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "allocations.example".parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            may_open_socket(&origins, &headers)
        };
        assert!(may(None));
        assert!(may(Some("https://allocations.example")));
        assert!(may(Some("https://ui.example")));
        assert!(!may(Some("https://elsewhere.example")));
        assert!(!may(Some("null")));
    }
}
