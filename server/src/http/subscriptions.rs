//! Subscriptions: graphql-transport-ws on `/graphql/ws`, server-sent events on `/graphql/stream`.

use std::{convert::Infallible, str::FromStr};

use async_graphql::http::{ALL_WEBSOCKET_PROTOCOLS, WebSocketProtocols};
use axum::{
    Router,
    body::Bytes,
    extract::{State, rejection::BytesRejection, ws::WebSocketUpgrade},
    http::{HeaderMap, StatusCode, header},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
    routing::{get, post},
};
use futures::{StreamExt, stream};
use graphql::{Answer, MediaType};

use super::{
    cors,
    graphql::{Admitted, caller, is_json, not_json, request_in, respond},
    socket::converse,
    state::AppState,
};

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
    let Some(protocol) = protocol_in(&headers) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    upgrade
        .protocols(ALL_WEBSOCKET_PROTOCOLS)
        .max_message_size(graphql::MAX_BODY)
        .on_upgrade(move |socket| converse(state, socket, protocol, headers))
}

/// The first protocol that is offered and known.
fn protocol_in(headers: &HeaderMap) -> Option<WebSocketProtocols> {
    let offered = headers.get(header::SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    offered
        .split(',')
        .find_map(|protocol| WebSocketProtocols::from_str(protocol.trim()).ok())
}

/// Each answer is an event `next`; `complete` ends them, as graphql-sse has it. When the service stops or the token
/// expires they end without it: the client connects again and goes on.
async fn by_events(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if !is_json(&headers) {
        return not_json(MediaType::Json);
    }
    let Admitted { caller, lasts } = match caller(&state, &headers).await {
        Ok(admitted) => admitted,
        Err(no_caller) => return no_caller.in_form(MediaType::Json),
    };
    let request = match request_in(body) {
        Ok(request) => request,
        Err(refused) => {
            let refused = Answer::from(refused).charged(&caller.budget);
            return respond(&refused, MediaType::GraphQlResponse);
        }
    };
    let next = graphql::execute_stream(&state.schema, request, caller).map(|answer| {
        Event::default()
            .event("next")
            .json_data(answer.into_response())
            .unwrap_or_default()
    });
    // With a line of data, without which browsers take no notice of an event.
    let complete = stream::once(async { Event::default().event("complete").data("null") });
    let stopping = state.stopping.clone().cancelled_owned();
    let over = Box::pin(tokio::time::timeout(lasts, stopping));
    Sse::new(next.chain(complete).take_until(over).map(Ok::<_, Infallible>))
        .keep_alive(KeepAlive::default())
        .into_response()
}
