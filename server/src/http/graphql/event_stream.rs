//! Subscriptions by server-sent events: `POST /graphql/stream`.

use std::convert::Infallible;

use axum::{
    Router,
    extract::{Request, State},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
    routing::post,
};
use futures::{FutureExt, StreamExt, stream};
use graphql::{Answer, MediaType};

use super::{
    LongLivedCaller,
    bodies::{self, request_in},
    is_plain_json, long_lived_caller, not_plain_json, respond,
    subscription::{StreamEnd, permit_for, stream_end},
};
use crate::http::state::AppState;

/// `/graphql/stream`.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/graphql/stream", post(stream_events))
}

/// Sends each answer as an event `next`, then `complete`, as graphql-sse specifies. When the token expires, the last answer
/// says so. When the service stops, the stream ends without `complete`: the client reconnects and continues.
async fn stream_events(State(state): State<AppState>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if !is_plain_json(&head.headers) {
        return not_plain_json(MediaType::Json);
    }
    let LongLivedCaller { caller, lasts } = match long_lived_caller(&state, &head.headers).await {
        Ok(admitted) => admitted,
        Err(error) => return error.in_form(MediaType::Json),
    };
    let body = bodies::read(&state, &caller, body).await;
    let admitted = body.and_then(|body| Ok((request_in(&body)?, permit_for(&state, &caller)?)));
    let (request, permit) = match admitted {
        Ok(admitted) => admitted,
        Err(refused) => {
            let refused = Answer::from(refused).charged(&caller.budget);
            return respond(&refused, MediaType::GraphQlResponse);
        }
    };
    let answers = graphql::execute_stream(&state.schema, request, caller).map(move |answer| {
        let _held = &permit;
        next(&answer)
    });
    let end = async move { stream_end(&state, lasts).await }.boxed().shared();
    let ended = end.clone();
    let last = stream::once(async move { last_events(ended.peek().copied()) }).flat_map(stream::iter);
    Sse::new(answers.take_until(end).chain(last).map(Ok::<_, Infallible>))
        .keep_alive(KeepAlive::default())
        .into_response()
}

fn next(answer: &Answer) -> Event {
    let next = Event::default().event("next");
    next.json_data(answer).unwrap_or_default()
}

/// What is sent at the end: of its own accord, or before.
fn last_events(end: Option<StreamEnd>) -> Vec<Event> {
    // Browsers ignore an event without a line of data.
    let complete = Event::default().event("complete").data("null");
    match end {
        None => vec![complete],
        Some(StreamEnd::Expired) => vec![next(&Answer::token_expired()), complete],
        Some(StreamEnd::Stopping) => Vec::new(),
    }
}
