//! Subscriptions: graphql-transport-ws on `/graphql/ws`, server-sent events on `/graphql/stream`.

use std::convert::Infallible;

use async_graphql::{Data, http::ALL_WEBSOCKET_PROTOCOLS};
use async_graphql_axum::{GraphQLProtocol, GraphQLWebSocket};
use axum::{
    Router,
    body::Bytes,
    extract::{State, rejection::BytesRejection, ws::WebSocketUpgrade},
    http::{HeaderMap, HeaderValue, header},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
    routing::{get, post},
};
use futures::{StreamExt, stream};
use graphql::{Caller, MediaType};

use super::{
    graphql::{caller, is_json, not_json, request_in, respond},
    state::AppState,
};

/// `/graphql/ws` and `/graphql/stream`.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/graphql/ws", get(by_socket))
        .route("/graphql/stream", post(by_events))
}

/// The token comes with the upgrade's headers or, from browsers, in the first message.
async fn by_socket(
    State(state): State<AppState>,
    protocol: GraphQLProtocol,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade
        .protocols(ALL_WEBSOCKET_PROTOCOLS)
        .max_message_size(graphql::MAX_BODY)
        .on_upgrade(move |socket| async move {
            let executor = graphql::Guarded(state.schema.clone());
            let stopping = state.stopping.clone();
            let conversation = GraphQLWebSocket::new(socket, executor, protocol)
                .on_connection_init(async move |payload: serde_json::Value| {
                    let mut headers = headers;
                    if let Some(token) = token_in(&payload) {
                        headers.insert(header::AUTHORIZATION, token);
                    }
                    let caller = caller(&state, &headers).await.map_err(|_| {
                        async_graphql::Error::new("send a valid token in the payload's Authorization")
                    })?;
                    let mut data = Data::default();
                    // A key in the upgrade would be that of every mutation over this socket.
                    data.insert(Caller {
                        idempotency_key: None,
                        ..caller
                    });
                    Ok(data)
                })
                .serve();
            stopping.run_until_cancelled_owned(conversation).await;
        })
}

fn token_in(payload: &serde_json::Value) -> Option<HeaderValue> {
    let token = payload
        .get("Authorization")
        .or_else(|| payload.get("authorization"))?
        .as_str()?;
    HeaderValue::from_str(token).ok()
}

/// Each answer is an event `next`; `complete` ends them, as graphql-sse has it. When the service stops they end without
/// it: the client connects again and goes on.
async fn by_events(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if !is_json(&headers) {
        return not_json(MediaType::Json);
    }
    let caller = match caller(&state, &headers).await {
        Ok(caller) => caller,
        Err(no_caller) => return no_caller.in_form(MediaType::Json),
    };
    let request = match request_in(body) {
        Ok(request) => request,
        Err(refused) => return respond(&refused.into(), MediaType::GraphQlResponse),
    };
    let next = graphql::execute_stream(&state.schema, request, caller).map(|response| {
        Event::default()
            .event("next")
            .json_data(response)
            .unwrap_or_default()
    });
    let complete = stream::once(async { Event::default().event("complete").data("") });
    let stopping = state.stopping.clone().cancelled_owned();
    Sse::new(next.chain(complete).take_until(stopping).map(Ok::<_, Infallible>))
        .keep_alive(KeepAlive::default())
        .into_response()
}
