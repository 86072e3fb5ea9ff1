//! In which form a GraphQL answer goes out, and with which status: GraphQL over HTTP, media types and status codes.

use axum::http::{HeaderMap, StatusCode, header};

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `application/graphql-response+json`: the status says whether the request could be executed.
    GraphQl,
    /// `application/json`: a well-formed answer is 200 whatever it says, for clients of old.
    Json,
}

impl Form {
    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::GraphQl => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// The form that the caller accepts best; none when they accept neither.
    #[must_use]
    pub fn accepted(headers: &HeaderMap) -> Option<Self> {
        let Some(accept) = headers.get(header::ACCEPT) else { return Some(Self::Json) };
        let accept = accept.to_str().ok()?;
        let mut best: Option<(u16, Self)> = None;
        for range in accept.split(',') {
            let Some((form, weight)) = Self::of_range(range) else { continue };
            if weight > 0 && best.is_none_or(|(heaviest, _)| weight > heaviest) {
                best = Some((weight, form));
            }
        }
        best.map(|(_, form)| form)
    }

    /// The form that a media range of an Accept header asks for, with its weight in thousandths.
    fn of_range(range: &str) -> Option<(Self, u16)> {
        let mut parts = range.split(';').map(str::trim);
        let form = match parts.next()?.to_ascii_lowercase().as_str() {
            "application/graphql-response+json" => Self::GraphQl,
            "application/json" | "application/*" | "*/*" => Self::Json,
            _ => return None,
        };
        let weight = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(Some(1.0), |q| q.parse::<f32>().ok())
            .filter(|q| (0.0..=1.0).contains(q))?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 1000 after the filter"
        )]
        Some((form, (weight * 1000.0) as u16))
    }
}

/// What became of a request, as far as the status is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Executed {
    /// It was executed; the answer has `data`, perhaps beside errors.
    Yes,
    /// It was well formed but could not be executed: it does not parse, does not validate, or is refused.
    No,
    /// The parameters themselves are not a GraphQL request.
    NotARequest,
    /// Nobody known asks.
    Unauthenticated,
    /// Not now.
    Unavailable,
}

impl Executed {
    /// The status in this form.
    #[must_use]
    pub const fn status(self, form: Form) -> StatusCode {
        match (self, form) {
            (Self::Yes, _) | (Self::No, Form::Json) => StatusCode::OK,
            (Self::No, Form::GraphQl) | (Self::NotARequest, _) => StatusCode::BAD_REQUEST,
            (Self::Unauthenticated, _) => StatusCode::UNAUTHORIZED,
            (Self::Unavailable, _) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(accept: &'static str) -> Option<Form> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        Form::accepted(&headers)
    }

    #[test]
    fn the_heaviest_range_wins_and_the_first_of_equals() {
        assert_eq!(accepted("application/graphql-response+json, application/json"), Some(Form::GraphQl));
        assert_eq!(accepted("application/json, application/graphql-response+json"), Some(Form::Json));
        assert_eq!(
            accepted("application/json;q=0.5, application/graphql-response+json;q=0.9"),
            Some(Form::GraphQl)
        );
        assert_eq!(accepted("text/html, */*;q=0.8"), Some(Form::Json));
    }

    #[test]
    fn who_accepts_neither_gets_neither() {
        assert_eq!(accepted("text/html"), None);
        assert_eq!(accepted("application/json;q=0"), None);
    }

    #[test]
    fn who_says_nothing_gets_json() {
        assert_eq!(Form::accepted(&HeaderMap::new()), Some(Form::Json));
    }
}
