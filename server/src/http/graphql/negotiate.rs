//! Content negotiation: the media type of a GraphQL answer.

use axum::http::{HeaderMap, header};
use graphql::MediaType;

/// The media type as a header names it.
pub(super) const fn name_of(media: MediaType) -> &'static str {
    match media {
        MediaType::GraphQlResponse => "application/graphql-response+json; charset=utf-8",
        MediaType::Json => "application/json; charset=utf-8",
    }
}

/// The form that the caller accepts best, the first of equals; JSON when they do not say, none when they accept neither.
pub(super) fn accepted(headers: &HeaderMap) -> Option<MediaType> {
    let Some(accept) = headers.get(header::ACCEPT) else {
        return Some(MediaType::Json);
    };
    let mut best: Option<(f32, MediaType)> = None;
    for (media, weight) in accept.to_str().ok()?.split(',').filter_map(of_range) {
        if weight > 0.0 && best.is_none_or(|(heaviest, _)| weight > heaviest) {
            best = Some((weight, media));
        }
    }
    best.map(|(_, media)| media)
}

/// The form that a media range of an Accept header asks for, with its weight from 0 to 1.
fn of_range(range: &str) -> Option<(MediaType, f32)> {
    let mut parts = range.split(';').map(str::trim);
    let media = match parts.next()?.to_ascii_lowercase().as_str() {
        "application/graphql-response+json" => MediaType::GraphQlResponse,
        "application/json" | "application/*" | "*/*" => MediaType::Json,
        _ => return None,
    };
    let weight = parts
        .find_map(|part| part.strip_prefix("q="))
        .map_or(Some(1.0), |q| q.parse().ok())?;
    (0.0..=1.0).contains(&weight).then_some((media, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(accept: &'static str) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        accepted(&headers).map(|media| name_of(media).split(';').next().unwrap())
    }

    #[test]
    fn the_heaviest_range_wins_and_the_first_of_equals() {
        let (graphql, json) = (
            Some("application/graphql-response+json"),
            Some("application/json"),
        );
        assert_eq!(
            best("application/graphql-response+json, application/json"),
            graphql
        );
        assert_eq!(best("application/json, application/graphql-response+json"), json);
        assert_eq!(
            best("application/json;q=0.5, application/graphql-response+json;q=0.9"),
            graphql
        );
        assert_eq!(best("text/html, */*;q=0.8"), json);
    }

    #[test]
    fn who_accepts_neither_gets_neither() {
        assert_eq!(best("text/html"), None);
        assert_eq!(best("application/json;q=0"), None);
    }

    #[test]
    fn who_says_nothing_gets_json() {
        assert_eq!(
            accepted(&HeaderMap::new()).map(name_of),
            Some("application/json; charset=utf-8")
        );
    }
}
