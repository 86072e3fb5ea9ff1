//! One conversation by graphql-transport-ws: who it is with, what it may hold open, and when it ends.

use std::{
    any::TypeId,
    future::{pending, ready},
    sync::Arc,
    time::{Duration, Instant},
};

use async_graphql::{
    Data, Executor, Request, Response,
    http::{ClientMessage, WebSocketProtocols},
};
use axum::{
    extract::ws::{CloseFrame, Message, WebSocket},
    http::{HeaderMap, HeaderValue, header},
};
use futures::{
    SinkExt, Stream, StreamExt,
    stream::{BoxStream, SplitSink, once},
};
use graphql::{Answer, Caller, GuardRefusal, budget::OverBudget};
use tokio::sync::{Notify, Semaphore, oneshot};

use super::{
    graphql::{Admitted, NoCaller, caller},
    questions::OpenQuestions,
    state::AppState,
};

/// How a conversation ends: a code that clients of graphql-transport-ws understand, and words.
type Ending = (u16, &'static str);

/// The service stops; clients come again.
const GOING_AWAY: Ending = (1001, "the service stops: connect again");
/// Nobody can say now who it is; clients come again.
const TRY_AGAIN: Ending = (
    1013,
    "this cannot be checked now, or you ask too often: try again later",
);
/// Clients get a new token and come again.
const NOT_FOR_YOU: Ending = (4403, "send a valid token in the payload's Authorization");
const EXPIRED: Ending = (4403, "the token has expired: connect again with a new one");
const NO_INTRODUCTION: Ending = (4408, "Connection initialisation timeout");
const NOT_INTRODUCED: Ending = (4401, "Unauthorized");
const ASKED_TWICE: Ending = (4409, "Subscriber for this id already exists");
const NO_MESSAGE: Ending = (4400, "this is not a message of graphql-transport-ws");

/// Talks until either side ends it.
pub(super) async fn converse(
    state: AppState,
    socket: WebSocket,
    protocol: WebSocketProtocols,
    headers: HeaderMap,
) {
    let (mut sink, stream) = socket.split();
    let (introduce, introduced) = oneshot::channel();
    let (open, asked_twice) = (OpenQuestions::default(), Notify::new());
    let said = texts(stream).map(ClientMessage::from_bytes).filter(|said| {
        // The older protocol has it that the later question takes the place of the earlier one.
        let once =
            protocol != WebSocketProtocols::GraphQLWS || said.as_ref().map_or(true, |said| open.hear(said));
        if !once {
            asked_twice.notify_one();
        }
        ready(once)
    });
    let words = async_graphql::http::WebSocket::from_message_stream(Follower::new(&state), said, protocol)
        .on_connection_init({
            let state = state.clone();
            move |payload| introduction(state, headers, payload, introduce)
        });
    futures::pin_mut!(words);
    let end = end(&state, introduced);
    tokio::pin!(end);
    loop {
        let message = tokio::select! {
            ending = &mut end => closing(ending),
            () = asked_twice.notified() => closing(ASKED_TWICE),
            word = words.next() => match word {
                Some(async_graphql::http::WsMessage::Text(text)) => {
                    open.tell(&text);
                    Message::Text(text.into())
                }
                Some(async_graphql::http::WsMessage::Close(code, reason)) => closed_by_library(code, reason),
                None => return,
            },
        };
        if !send(&mut sink, message).await {
            return;
        }
    }
}

/// Sends a message; false when that was the last one.
async fn send(sink: &mut SplitSink<WebSocket, Message>, message: Message) -> bool {
    let last = matches!(message, Message::Close(_));
    let sent = sink.send(message).await.is_ok();
    if last {
        sink.close().await.unwrap_or_default();
    }
    sent && !last
}

fn closing((code, reason): Ending) -> Message {
    close(code, reason.to_owned())
}

fn close(code: u16, reason: String) -> Message {
    Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }))
}

/// Closes as the protocol says where the library has codes of its own, and reasons longer than a socket carries: for a
/// question before the introduction, and for what is no message of the protocol.
fn closed_by_library(code: u16, reason: String) -> Message {
    match code {
        1011 => closing(NOT_INTRODUCED),
        1002 => closing(NO_MESSAGE),
        _ => close(code, reason),
    }
}

/// What the client says, until the socket breaks.
fn texts(stream: impl Stream<Item = Result<Message, axum::Error>>) -> impl Stream<Item = axum::body::Bytes> {
    stream
        .take_while(|message| ready(message.is_ok()))
        .filter_map(|message| {
            let words = message
                .ok()
                .filter(|message| matches!(message, Message::Text(_) | Message::Binary(_)));
            ready(words.map(Message::into_data))
        })
}

/// Who it is with, or why there will be no conversation.
type Introduced = Result<Duration, Ending>;

/// When the conversation is over, whatever is said: without introduction, with the token, or with the service.
async fn end(state: &AppState, introduced: oneshot::Receiver<Introduced>) -> Ending {
    let by_itself = async {
        match tokio::time::timeout(state.limits.introduction, introduced).await {
            Err(_) => NO_INTRODUCTION,
            Ok(Ok(Ok(lasts))) => {
                tokio::time::sleep(lasts).await;
                EXPIRED
            }
            Ok(Ok(Err(ending))) => ending,
            // The conversation is over already.
            Ok(Err(_)) => pending().await,
        }
    };
    tokio::select! {
        ending = by_itself => ending,
        () = state.stopping.cancelled() => GOING_AWAY,
    }
}

/// The token comes with the upgrade's headers or, from browsers, in the first message.
async fn introduction(
    state: AppState,
    mut headers: HeaderMap,
    payload: serde_json::Value,
    introduce: oneshot::Sender<Introduced>,
) -> async_graphql::Result<Data> {
    if let Some(token) = token_in(&payload) {
        headers.insert(header::AUTHORIZATION, token);
    }
    let refused = match caller(&state, &headers).await {
        Ok(Admitted { caller, lasts }) => {
            introduce.send(Ok(lasts)).unwrap_or_default();
            let mut data = Data::default();
            // A key in the upgrade would be that of every mutation over this socket.
            data.insert(Caller {
                idempotency_key: None,
                ..caller
            });
            return Ok(data);
        }
        Err(NoCaller::OverBudget(_) | NoCaller::Unavailable) => TRY_AGAIN,
        Err(NoCaller::Unauthenticated | NoCaller::Malformed(_)) => NOT_FOR_YOU,
    };
    introduce.send(Err(refused)).unwrap_or_default();
    // The library has a code of its own for a refusal, at which clients do not come again; ours closes the socket.
    pending().await
}

fn token_in(payload: &serde_json::Value) -> Option<HeaderValue> {
    let token = payload
        .get("Authorization")
        .or_else(|| payload.get("authorization"))?
        .as_str()?;
    HeaderValue::from_str(token).ok()
}

/// Executes what one socket asks for, within its limits.
#[derive(Clone)]
struct Follower {
    state: AppState,
    schema: graphql::Guarded,
    room: Arc<Semaphore>,
}

impl Follower {
    fn new(state: &AppState) -> Self {
        Self {
            schema: graphql::Guarded(state.schema.clone()),
            room: Arc::new(Semaphore::new(state.limits.subscriptions)),
            state: state.clone(),
        }
    }

    /// Whether the caller may ask again already, or has to wait this long.
    fn within_budget(session: Option<&Data>) -> Result<(), OverBudget> {
        let caller = session.and_then(|data| data.get(&TypeId::of::<Caller>())?.downcast_ref::<Caller>());
        caller.map_or(Ok(()), |caller| caller.budget.admit(Instant::now()))
    }
}

/// One answer, and no more.
fn only(answer: Answer) -> BoxStream<'static, Response> {
    once(ready(answer.into_response())).boxed()
}

impl Executor for Follower {
    async fn execute(&self, request: Request) -> Response {
        self.schema.execute(request).await
    }

    fn execute_stream(&self, request: Request, session: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        if let Err(over) = Self::within_budget(session.as_deref()) {
            return only(Answer::over_budget(&over));
        }
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            let most = self.state.limits.subscriptions;
            return only(GuardRefusal::TooManySubscriptions(most).into());
        };
        let responses = self.schema.execute_stream(request, session);
        // The place is free again when the stream is dropped.
        let held = responses.map(move |response| {
            let _place = &place;
            response
        });
        held.boxed()
    }
}
