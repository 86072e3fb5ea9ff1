//! Subscriptions by graphql-transport-ws: `GET /graphql/ws`. One connection: its caller, its open operations and its end.

mod frames;
mod messages;
mod operations;

use axum::{
    Router,
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use graphql::{Caller, GuardedRequest};
use serde_json::value::RawValue;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use self::{
    frames::{CloseReason, Frames, Received, bounded},
    messages::{ClientMessage, ServerMessage},
    operations::Operations,
};
use super::{
    CallerError, LongLivedCaller, cors, long_lived_caller,
    subscription::{StreamEnd, stream_end},
};
use crate::http::{
    permits::{Exhausted, Permit},
    state::AppState,
};

/// The client needs a new token.
const FORBIDDEN: CloseReason = CloseReason(4403, "send a valid token in the payload's Authorization");
const EXPIRED: CloseReason = CloseReason(4403, "the token has expired: connect again with a new one");
const INIT_TIMEOUT: CloseReason = CloseReason(4408, "Connection initialisation timeout");
const NOT_INITIALISED: CloseReason = CloseReason(4401, "Unauthorized");
const INITIALISED_TWICE: CloseReason = CloseReason(4429, "Too many initialisation requests");
const DUPLICATE_ID: CloseReason = CloseReason(4409, "Subscriber for this id already exists");
/// The service stops; clients reconnect.
const GOING_AWAY: CloseReason = CloseReason(1001, "the service stops: connect again");
/// Clients retry later, here and below.
const TRY_AGAIN: CloseReason = CloseReason(
    1013,
    "this cannot be checked now, or you ask too often: try again later",
);
const TOO_MANY_SOCKETS: CloseReason = CloseReason(1013, "you have too many sockets open: close one first");
const NO_CAPACITY: CloseReason = CloseReason(
    1013,
    "the service has no room for another socket: try again later",
);
const SILENT: CloseReason = CloseReason(1013, "no ping was answered: connect again");

/// The subprotocol.
const PROTOCOL: &str = "graphql-transport-ws";

/// `/graphql/ws`.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/graphql/ws", get(upgrade))
}

async fn upgrade(State(state): State<AppState>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if !cors::may_open_socket(&state.origins, &headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let upgrade = bounded(upgrade).protocols([PROTOCOL]);
    if upgrade.selected_protocol().is_none() {
        let why = "offer the subprotocol graphql-transport-ws";
        return (StatusCode::BAD_REQUEST, why).into_response();
    }
    upgrade.on_upgrade(move |socket| serve_socket(state, socket, headers))
}

/// Serves the socket until either side closes it.
async fn serve_socket(state: AppState, socket: WebSocket, headers: HeaderMap) {
    let mut frames = Frames::new(socket);
    let ended = match initialise(&state, &mut frames, headers).await {
        Ok(session) => {
            let lasts = session.lasts;
            tokio::select! {
                ended = follow(&state, &mut frames, session) => ended,
                end = stream_end(&state, lasts) => Err(match end {
                    StreamEnd::Expired => EXPIRED,
                    StreamEnd::Stopping => GOING_AWAY,
                }.into()),
            }
        }
        Err(ended) => Err(ended),
    };
    if let Err(Disconnect::Close(reason)) = ended {
        frames.close(reason).await;
    }
}

/// Why a connection ends.
enum Disconnect {
    /// The service closes the socket.
    Close(CloseReason),
    /// The peer has left.
    PeerLeft,
}

impl From<CloseReason> for Disconnect {
    fn from(reason: CloseReason) -> Self {
        Self::Close(reason)
    }
}

/// An authenticated connection.
struct Session {
    caller: Caller,
    lasts: std::time::Duration,
    /// The socket's place among all.
    permit: Permit,
}

/// Waits for `connection_init` and authenticates the caller.
async fn initialise(
    state: &AppState,
    frames: &mut Frames,
    headers: HeaderMap,
) -> Result<Session, Disconnect> {
    let payload = tokio::select! {
        waited = timeout(state.limits.introduction, connection_init(frames)) => waited.map_err(|_| INIT_TIMEOUT)??,
        () = state.stopping.cancelled() => return Err(GOING_AWAY.into()),
    };
    let session = admitted(state, headers, payload.as_deref()).await?;
    frames.send_message(&ServerMessage::ConnectionAck).await?;
    Ok(session)
}

/// The payload of the first message.
async fn connection_init(frames: &mut Frames) -> Result<Option<Box<RawValue>>, Disconnect> {
    loop {
        match frames.receive().await? {
            Received::Message(ClientMessage::ConnectionInit { payload }) => return Ok(payload),
            Received::Message(ClientMessage::Ping { payload }) => {
                frames.send_message(&ServerMessage::Pong { payload }).await?;
            }
            Received::Message(ClientMessage::Subscribe { .. } | ClientMessage::Complete { .. }) => {
                return Err(NOT_INITIALISED.into());
            }
            Received::Message(ClientMessage::Pong) | Received::Heartbeat => {}
        }
    }
}

/// The token comes with the upgrade's headers or, from browsers, in the first message.
async fn admitted(
    state: &AppState,
    mut headers: HeaderMap,
    payload: Option<&RawValue>,
) -> Result<Session, CloseReason> {
    if let Some(token) = payload.and_then(token_in) {
        headers.insert(header::AUTHORIZATION, token);
    }
    let LongLivedCaller { caller, lasts } =
        long_lived_caller(state, &headers)
            .await
            .map_err(|why| match why {
                CallerError::OverBudget(_) | CallerError::Unavailable => TRY_AGAIN,
                CallerError::Unauthenticated | CallerError::Malformed(_) => FORBIDDEN,
            })?;
    let permit = state.permits.sockets.take(Some(&caller.principal.actor), 1);
    let permit = permit.map_err(|full| match full {
        Exhausted::Caller => TOO_MANY_SOCKETS,
        Exhausted::Service => NO_CAPACITY,
    })?;
    // An idempotency key in the upgrade would apply to every mutation over this socket.
    let caller = Caller {
        idempotency_key: None,
        ..caller
    };
    Ok(Session {
        caller,
        lasts,
        permit,
    })
}

fn token_in(payload: &RawValue) -> Option<HeaderValue> {
    let payload: serde_json::Value = serde_json::from_str(payload.get()).ok()?;
    let token = payload
        .get("Authorization")
        .or_else(|| payload.get("authorization"))?
        .as_str()?;
    HeaderValue::from_str(token).ok()
}

/// Handles messages, sends answers and pings the peer.
async fn follow(state: &AppState, frames: &mut Frames, session: Session) -> Result<(), Disconnect> {
    let _permit = session.permit;
    let mut operations = Operations::new(state, session.caller);
    let every = state.limits.ping;
    let start = Instant::now().checked_add(every).unwrap_or_else(Instant::now);
    let mut pings = interval_at(start, every);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut alive = true;
    loop {
        tokio::select! {
            received = frames.receive() => {
                alive = true;
                if let Received::Message(message) = received? {
                    handle(message, frames, &mut operations).await?;
                }
            }
            answer = operations.next() => {
                if let Some(text) = answer {
                    frames.send(Message::text(text)).await?;
                }
            }
            _ = pings.tick() => {
                if !std::mem::take(&mut alive) {
                    return Err(SILENT.into());
                }
                frames.send(Message::Ping(bytes::Bytes::new())).await?;
            }
        }
    }
}

/// Handles one message.
async fn handle(
    message: ClientMessage,
    frames: &mut Frames,
    operations: &mut Operations<'_>,
) -> Result<(), Disconnect> {
    match message {
        ClientMessage::Subscribe { id, .. } if operations.has(&id) => Err(DUPLICATE_ID.into()),
        ClientMessage::Subscribe { id, payload } => {
            let request = GuardedRequest::from_json(payload.get().as_bytes());
            match operations.begin(&id, request) {
                Ok(()) => Ok(()),
                Err(refused) => {
                    frames
                        .send_message(&ServerMessage::refusal(&id, &refused.into()))
                        .await
                }
            }
        }
        ClientMessage::Complete { id } => {
            operations.end(&id);
            Ok(())
        }
        ClientMessage::Ping { payload } => frames.send_message(&ServerMessage::Pong { payload }).await,
        ClientMessage::Pong => Ok(()),
        ClientMessage::ConnectionInit { .. } => Err(INITIALISED_TWICE.into()),
    }
}
