//! `POST /graphql` and `GET /graphql`: one operation a request, by the specification GraphQL over HTTP.

mod bodies;
mod cors;
mod event_stream;
mod negotiate;
mod rejection;
mod renewal;
mod socket;
mod subscription;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{RawQuery, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use graphql::{
    Answer, Caller, GuardedRequest, IdempotencyKey, MayIntrospect, MayMutate, MediaType,
    budget::{Level, OverBudget},
};
use hmpps::VerifiedToken;
use serde::Deserialize;
use uuid::Uuid;

use self::{bodies::request_in, renewal::renewal};
use crate::http::{
    auth::{self, AuthError, Authenticated},
    state::AppState,
};

/// `/graphql`, with its subscriptions.
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/graphql", get(by_get).post(by_post))
        .merge(socket::routes())
        .merge(event_stream::routes())
        .layer(cors::layer(&state.origins))
}

async fn by_post(State(state): State<AppState>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Some(media) = negotiate::accepted(&head.headers) else {
        return StatusCode::NOT_ACCEPTABLE.into_response();
    };
    if !is_plain_json(&head.headers) {
        return not_plain_json(media);
    }
    let caller = match caller(&state, &head.headers).await {
        Ok(caller) => caller,
        Err(error) => return error.in_form(media),
    };
    let body = bodies::read(&state, &caller, body).await;
    let request = body.and_then(|body| Ok(request_in(&body)?));
    let answer = match request {
        Ok(request) => graphql::execute(&state.schema, request, caller).await,
        Err(refused) => Answer::from(refused).charged(&caller.budget),
    };
    respond(&answer, media)
}

/// The answer to a body that is not declared as JSON, or is compressed.
pub(super) fn not_plain_json(media: MediaType) -> Response {
    let why = "send the body as application/json, without a content-encoding";
    let mut response = respond(&Answer::malformed(why), media);
    *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    response
}

/// The parameters of a GET.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

async fn by_get(State(state): State<AppState>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let Some(media) = negotiate::accepted(&headers) else {
        return StatusCode::NOT_ACCEPTABLE.into_response();
    };
    let caller = match caller(&state, &headers).await {
        Ok(caller) => Caller {
            may_mutate: MayMutate(false),
            ..caller
        },
        Err(response) => return response.in_form(media),
    };
    let parameters = serde_urlencoded::from_str::<Parameters>(&query.unwrap_or_default());
    let answer = match parameters {
        Err(_) => {
            let why = "the parameters of the address cannot be read";
            Answer::malformed(why).charged(&caller.budget)
        }
        Ok(Parameters {
            query,
            operation_name,
            variables,
            extensions,
        }) => {
            match GuardedRequest::from_parameters(
                query,
                operation_name,
                variables.as_deref(),
                extensions.as_deref(),
            ) {
                Ok(request) => graphql::execute(&state.schema, request, caller).await,
                Err(refusal) => Answer::from(refusal).charged(&caller.budget),
            }
        }
    };
    respond(&answer, media)
}

/// Why a caller is refused.
pub(super) enum CallerError {
    /// No valid token.
    Unauthenticated,
    /// A header that cannot be read.
    Malformed(&'static str),
    /// They have spent their budget, or ask too often.
    OverBudget(OverBudget),
    /// Keys or caseloads are unavailable.
    Unavailable,
}

impl CallerError {
    pub(super) fn in_form(&self, media: MediaType) -> Response {
        match self {
            Self::Unauthenticated => {
                let mut response = respond(&Answer::unauthenticated(), media);
                let challenge = HeaderValue::from_static("Bearer");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
                response
            }
            Self::Malformed(what) => respond(&Answer::malformed(what), media),
            Self::OverBudget(over) => respond(&Answer::over_budget(over), media),
            Self::Unavailable => {
                let why = "your token or your caseloads cannot be checked now: try again";
                respond(&Answer::unavailable(why), media)
            }
        }
    }
}

impl From<AuthError> for CallerError {
    fn from(why: AuthError) -> Self {
        match why {
            AuthError::OverBudget(over) => Self::OverBudget(over),
            AuthError::Token(error) if error.is_outage() => Self::Unavailable,
            AuthError::Token(_) => Self::Unauthenticated,
        }
    }
}

/// The caller of a connection that lasts.
pub(super) struct LongLivedCaller {
    pub(super) caller: Caller,
    /// The remaining lifetime of the token; the connection ends with it.
    pub(super) lasts: Duration,
}

/// The caller of a request that is answered once.
async fn caller(state: &AppState, headers: &HeaderMap) -> Result<Caller, CallerError> {
    admitted(state, headers).await.map(|(caller, _)| caller)
}

/// The caller of a request whose connection lasts; their caseloads are renewed.
pub(super) async fn long_lived_caller(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<LongLivedCaller, CallerError> {
    let (mut caller, token) = admitted(state, headers).await?;
    let expires_at = Duration::from_secs(token.expires_at);
    let now = crate::clock::now().timestamp_millis();
    let now = now.try_into().map(Duration::from_millis);
    caller.renewal = Some(renewal(state, Arc::clone(&caller.principal), token));
    Ok(LongLivedCaller {
        caller,
        lasts: expires_at.saturating_sub(now.unwrap_or_default()),
    })
}

/// The caller of a request with its headers, and their token.
async fn admitted(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<(Caller, Arc<VerifiedToken>), CallerError> {
    let Authenticated { caller, budget } = auth::caller(state, headers).await?;
    let hmpps::Caller { principal, token } = caller;
    let mut caller = Caller::new(principal);
    caller.budget = budget;
    if state.pages.is_some() {
        caller.may_introspect = MayIntrospect(true);
    }
    caller.idempotency_key = id_in(headers, "idempotency-key")
        .map_err(|()| CallerError::Malformed("Idempotency-Key must be a UUID"))?
        .map(IdempotencyKey);
    if let Ok(Some(id)) = id_in(headers, "x-correlation-id") {
        caller.correlation_id = id;
    }
    Ok((caller, token))
}

fn id_in(headers: &HeaderMap, name: &str) -> Result<Option<Uuid>, ()> {
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    value.to_str().map_err(drop)?.parse().map(Some).map_err(drop)
}

pub(super) fn is_plain_json(headers: &HeaderMap) -> bool {
    let json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"));
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    json && encodings.all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

pub(super) fn respond(answer: &Answer, media: MediaType) -> Response {
    let status = StatusCode::from_u16(answer.status(media)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body()).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(negotiate::name_of(media)),
    );
    if let Some(seconds) = answer.retry_after() {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if let Some(level) = answer.level() {
        set_rate_limit_headers(headers, level);
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

/// The headers of the IETF's draft on rate limits: the budget, and what is left of it.
fn set_rate_limit_headers(headers: &mut HeaderMap, level: Level) {
    let policy = format!(r#""cost";q={};w={};qu="cost""#, level.limit, Level::WINDOW);
    let left = format!(r#""cost";r={};t={}"#, level.remaining, level.seconds_to_full());
    for (name, value) in [("ratelimit-policy", policy), ("ratelimit", left)] {
        if let Ok(value) = value.try_into() {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}
