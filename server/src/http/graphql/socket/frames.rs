//! The frames of a socket, with limits on the length of what is read and the time of what is sent.

use std::{error::Error, io::ErrorKind, time::Duration};

use axum::{
    Error as SocketError,
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
};
use futures::{SinkExt, StreamExt};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{self, error::ProtocolError};

use super::{
    Disconnect,
    messages::{ClientMessage, ServerMessage},
};

/// The buffer of a socket; small, because there may be many sockets.
const BUFFER: usize = 4 * 1024;

/// How long sending a close frame may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

const NO_MESSAGE: CloseReason = CloseReason(4400, "this is not a message of graphql-transport-ws");
const TOO_LONG: CloseReason = CloseReason(1009, "a message may have 32 KiB: ask for less at once");
const NOT_UTF8: CloseReason = CloseReason(1007, "a message must be UTF-8");
const NOT_A_FRAME: CloseReason = CloseReason(1002, "this is not a frame of the WebSocket protocol");
const UNREAD: CloseReason = CloseReason(
    1013,
    "you did not read what you were sent: connect again and go on after the last position seen",
);

/// Why the service closes a socket: a code of graphql-transport-ws, and a reason.
#[derive(Debug, Clone, Copy)]
pub(super) struct CloseReason(pub(super) u16, pub(super) &'static str);

/// What the peer sent.
pub(super) enum Received {
    /// A message.
    Message(ClientMessage),
    /// A ping or pong.
    Heartbeat,
}

/// A socket as frames.
pub(super) struct Frames(WebSocket);

/// The upgrade to a socket that holds no more than one message each way.
pub(super) fn bounded(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(super::operations::MAX_ANSWER_BYTES.saturating_add(BUFFER))
        .max_message_size(graphql::MAX_BODY)
        .max_frame_size(graphql::MAX_BODY)
}

impl Frames {
    pub(super) fn new(socket: WebSocket) -> Self {
        Self(socket)
    }

    /// The next message or heartbeat.
    pub(super) async fn receive(&mut self) -> Result<Received, Disconnect> {
        match self.0.next().await {
            Some(Ok(Message::Text(text))) => parse(text.as_bytes()),
            Some(Ok(Message::Binary(bytes))) => parse(&bytes),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Received::Heartbeat),
            Some(Ok(Message::Close(_))) => {
                self.answer_close().await;
                Err(Disconnect::PeerLeft)
            }
            None => Err(Disconnect::PeerLeft),
            Some(Err(error)) => Err(broken(&error)),
        }
    }

    /// The answer to a peer's close is written already and only has to leave.
    async fn answer_close(&mut self) {
        if !matches!(timeout(CLOSE_TIMEOUT, self.0.flush()).await, Ok(Ok(()))) {
            tracing::debug!("a peer that closed its socket does not take the answer");
        }
    }

    /// Sends a message of the protocol.
    pub(super) async fn send_message(&mut self, message: &ServerMessage<'_>) -> Result<(), Disconnect> {
        self.send(Message::text(message.text())).await
    }

    /// Sends a message, and waits until the peer has room for it.
    pub(super) async fn send(&mut self, message: Message) -> Result<(), Disconnect> {
        self.0.send(message).await.map_err(|error| broken(&error))
    }

    /// Sends a close frame. A peer that does not read it in time gets none.
    pub(super) async fn close(mut self, CloseReason(code, reason): CloseReason) {
        let reason = reason.into();
        let close = Message::Close(Some(CloseFrame { code, reason }));
        let closing = async {
            // The connection's own write timeout is shorter than this one.
            while self
                .0
                .feed(close.clone())
                .await
                .is_err_and(|error| is_unread(&error))
            {}
            while self.0.flush().await.is_err_and(|error| is_unread(&error)) {}
        };
        if timeout(CLOSE_TIMEOUT, closing).await.is_err() {
            tracing::debug!("a socket was closed without a close frame");
        }
    }
}

fn parse(text: &[u8]) -> Result<Received, Disconnect> {
    ClientMessage::read(text)
        .map(Received::Message)
        .ok_or(NO_MESSAGE.into())
}

/// The end of a socket on which reading or sending failed.
fn broken(error: &SocketError) -> Disconnect {
    match cause(error) {
        Some(tungstenite::Error::Capacity(_)) => TOO_LONG.into(),
        Some(tungstenite::Error::Utf8(_)) => NOT_UTF8.into(),
        Some(tungstenite::Error::Protocol(error))
            if *error != ProtocolError::ResetWithoutClosingHandshake =>
        {
            NOT_A_FRAME.into()
        }
        _ if is_unread(error) => UNREAD.into(),
        _ => Disconnect::PeerLeft,
    }
}

/// Whether the peer has read nothing for the time that it may.
fn is_unread(error: &SocketError) -> bool {
    matches!(cause(error), Some(tungstenite::Error::Io(error)) if error.kind() == ErrorKind::TimedOut)
}

fn cause(error: &SocketError) -> Option<&tungstenite::Error> {
    error.source()?.downcast_ref()
}
