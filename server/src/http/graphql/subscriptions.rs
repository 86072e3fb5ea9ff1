//! What is followed: by graphql-transport-ws on `/graphql/ws`, by server-sent events on `/graphql/stream`.

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    extract::{Request, State, ws::WebSocketUpgrade},
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
    routing::{get, post},
};
use futures::{StreamExt, stream};
use graphql::{Answer, Caller, MediaType};

use super::{
    Lasting,
    bodies::{self, request_in},
    cors, is_plain_json, lasting, not_plain_json,
    refused::Refused,
    respond,
    socket::{bounded, converse},
};
use crate::http::{places::Place, state::AppState};

/// What is spoken over sockets.
const PROTOCOL: &str = "graphql-transport-ws";

/// `/graphql/ws` and `/graphql/stream`.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/graphql/ws", get(by_socket))
        .route("/graphql/stream", post(by_events))
}

async fn by_socket(State(state): State<AppState>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if !cors::may_open_socket(&state.origins, &headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let upgrade = bounded(upgrade).protocols([PROTOCOL]);
    if upgrade.selected_protocol().is_none() {
        let why = "offer the subprotocol graphql-transport-ws";
        return (StatusCode::BAD_REQUEST, why).into_response();
    }
    upgrade.on_upgrade(move |socket| converse(state, socket, headers))
}

/// Each answer is an event `next`; `complete` ends them, as graphql-sse has it. When the service stops or the token
/// expires they end without it: the client connects again and goes on.
async fn by_events(State(state): State<AppState>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if !is_plain_json(&head.headers) {
        return not_plain_json(MediaType::Json);
    }
    let Lasting { caller, lasts } = match lasting(&state, &head.headers).await {
        Ok(admitted) => admitted,
        Err(no_caller) => return no_caller.in_form(MediaType::Json),
    };
    let body = bodies::read(&state, &caller, body).await;
    let admitted = body.and_then(|body| Ok((request_in(&body)?, place_for(&state, &caller)?)));
    let (request, place) = match admitted {
        Ok(admitted) => admitted,
        Err(refused) => {
            let refused = Answer::from(refused).charged(&caller.budget);
            return respond(&refused, MediaType::GraphQlResponse);
        }
    };
    let next = graphql::execute_stream(&state.schema, request, caller).map(move |answer| {
        let _held = &place;
        let next = Event::default().event("next");
        next.json_data(answer).unwrap_or_default()
    });
    // With a line of data, without which browsers take no notice of an event.
    let complete = stream::once(async { Event::default().event("complete").data("null") });
    let over = Box::pin(async move { over(&state, lasts).await });
    Sse::new(next.chain(complete).take_until(over).map(Ok::<_, Infallible>))
        .keep_alive(KeepAlive::default())
        .into_response()
}

/// Why nothing is followed any longer, whatever is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// The token has expired.
    Expired,
    /// The service stops.
    Stopping,
}

/// When a caller may follow nothing any longer whose token lasts so long.
pub(super) async fn over(state: &AppState, lasts: Duration) -> Over {
    tokio::select! {
        () = tokio::time::sleep(lasts) => Over::Expired,
        () = state.stopping.cancelled() => Over::Stopping,
    }
}

/// A place among what is followed.
///
/// # Errors
/// When there is none.
pub(super) fn place_for(state: &AppState, caller: &Caller) -> Result<Place, Refused> {
    let place = state.places.streams.take(Some(&caller.principal.actor), 1);
    place.map_err(Refused::NoRoomToFollow)
}
