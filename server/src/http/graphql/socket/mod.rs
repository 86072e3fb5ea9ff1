//! One conversation by graphql-transport-ws: who it is with, what it holds open, and how it ends.

mod frames;
mod messages;
mod operations;

use axum::{
    extract::ws::{Message, WebSocket},
    http::{HeaderMap, HeaderValue, header},
};
use graphql::{Caller, GuardedRequest};
use serde_json::value::RawValue;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use self::{
    frames::{Ending, Frames, Heard},
    messages::{Said, Told},
    operations::Operations,
};
use super::{
    Lasting, NoCaller, lasting,
    subscriptions::{Over, over},
};
use crate::http::{
    places::{Full, Place},
    state::AppState,
};

pub(super) use self::frames::bounded;

/// Clients get a new token and come again.
const NOT_FOR_YOU: Ending = Ending(4403, "send a valid token in the payload's Authorization");
const EXPIRED: Ending = Ending(4403, "the token has expired: connect again with a new one");
const NO_INTRODUCTION: Ending = Ending(4408, "Connection initialisation timeout");
const NOT_INTRODUCED: Ending = Ending(4401, "Unauthorized");
const INTRODUCED_TWICE: Ending = Ending(4429, "Too many initialisation requests");
const ASKED_TWICE: Ending = Ending(4409, "Subscriber for this id already exists");
/// The service stops; clients come again.
const GOING_AWAY: Ending = Ending(1001, "the service stops: connect again");
/// Clients come again later, after all of these.
const TRY_AGAIN: Ending = Ending(
    1013,
    "this cannot be checked now, or you ask too often: try again later",
);
const TOO_MANY_SOCKETS: Ending = Ending(1013, "you have too many sockets open: close one first");
const NO_ROOM: Ending = Ending(
    1013,
    "the service has no room for another socket: try again later",
);
const SILENT: Ending = Ending(1013, "no ping was answered: connect again");

/// Talks until either side ends it.
pub(super) async fn converse(state: AppState, socket: WebSocket, headers: HeaderMap) {
    let mut frames = Frames::new(socket);
    let ended = match introduced(&state, &mut frames, headers).await {
        Ok(session) => {
            let lasts = session.lasts;
            tokio::select! {
                ended = follow(&state, &mut frames, session) => ended,
                over = over(&state, lasts) => Err(match over {
                    Over::Expired => EXPIRED,
                    Over::Stopping => GOING_AWAY,
                }.into()),
            }
        }
        Err(ended) => Err(ended),
    };
    if let Err(Ended::By(ending)) = ended {
        frames.close(ending).await;
    }
}

/// Why a conversation is over.
enum Ended {
    /// We end it so.
    By(Ending),
    /// The peer has left.
    Left,
}

impl From<Ending> for Ended {
    fn from(ending: Ending) -> Self {
        Self::By(ending)
    }
}

/// Who it is with.
struct Session {
    caller: Caller,
    lasts: std::time::Duration,
    /// The socket's place among all.
    place: Place,
}

/// Waits for the introduction, and finds out who it is.
async fn introduced(state: &AppState, frames: &mut Frames, headers: HeaderMap) -> Result<Session, Ended> {
    let payload = tokio::select! {
        waited = timeout(state.limits.introduction, introduction(frames)) => waited.map_err(|_| NO_INTRODUCTION)??,
        () = state.stopping.cancelled() => return Err(GOING_AWAY.into()),
    };
    let session = admitted(state, headers, payload.as_deref()).await?;
    frames.say(&Told::ConnectionAck).await?;
    Ok(session)
}

/// The payload of the first message.
async fn introduction(frames: &mut Frames) -> Result<Option<Box<RawValue>>, Ended> {
    loop {
        match frames.hear().await? {
            Heard::Said(Said::ConnectionInit { payload }) => return Ok(payload),
            Heard::Said(Said::Ping { payload }) => frames.say(&Told::Pong { payload }).await?,
            Heard::Said(Said::Subscribe { .. } | Said::Complete { .. }) => return Err(NOT_INTRODUCED.into()),
            Heard::Said(Said::Pong) | Heard::Sign => {}
        }
    }
}

/// The token comes with the upgrade's headers or, from browsers, in the first message.
async fn admitted(
    state: &AppState,
    mut headers: HeaderMap,
    payload: Option<&RawValue>,
) -> Result<Session, Ending> {
    if let Some(token) = payload.and_then(token_in) {
        headers.insert(header::AUTHORIZATION, token);
    }
    let Lasting { caller, lasts } = lasting(state, &headers).await.map_err(|why| match why {
        NoCaller::OverBudget(_) | NoCaller::Unavailable => TRY_AGAIN,
        NoCaller::Unauthenticated | NoCaller::Malformed(_) => NOT_FOR_YOU,
    })?;
    let place = state.places.sockets.take(Some(&caller.principal.actor), 1);
    let place = place.map_err(|full| match full {
        Full::Caller => TOO_MANY_SOCKETS,
        Full::Service => NO_ROOM,
    })?;
    // A key in the upgrade would be that of every mutation over this socket.
    let caller = Caller {
        idempotency_key: None,
        ..caller
    };
    Ok(Session { caller, lasts, place })
}

fn token_in(payload: &RawValue) -> Option<HeaderValue> {
    let payload: serde_json::Value = serde_json::from_str(payload.get()).ok()?;
    let token = payload
        .get("Authorization")
        .or_else(|| payload.get("authorization"))?
        .as_str()?;
    HeaderValue::from_str(token).ok()
}

/// Answers what the peer asks for, and pings it.
async fn follow(state: &AppState, frames: &mut Frames, session: Session) -> Result<(), Ended> {
    let _place = session.place;
    let mut operations = Operations::new(state, session.caller);
    let every = state.limits.ping;
    let start = Instant::now().checked_add(every).unwrap_or_else(Instant::now);
    let mut pings = interval_at(start, every);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut alive = true;
    loop {
        tokio::select! {
            heard = frames.hear() => {
                alive = true;
                if let Heard::Said(said) = heard? {
                    hear(said, frames, &mut operations).await?;
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

/// Does what one message asks for.
async fn hear(said: Said, frames: &mut Frames, operations: &mut Operations<'_>) -> Result<(), Ended> {
    match said {
        Said::Subscribe { id, .. } if operations.has(&id) => Err(ASKED_TWICE.into()),
        Said::Subscribe { id, payload } => {
            let request = GuardedRequest::from_json(payload.get().as_bytes());
            match operations.begin(&id, request) {
                Ok(()) => Ok(()),
                Err(refused) => frames.say(&Told::refusal(&id, &refused.into())).await,
            }
        }
        Said::Complete { id } => {
            operations.end(&id);
            Ok(())
        }
        Said::Ping { payload } => frames.say(&Told::Pong { payload }).await,
        Said::Pong => Ok(()),
        Said::ConnectionInit { .. } => Err(INTRODUCED_TWICE.into()),
    }
}
