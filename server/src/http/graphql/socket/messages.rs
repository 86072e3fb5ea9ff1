//! The messages of graphql-transport-ws, as text.

use graphql::Answer;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

/// The maximum length of an operation's id: every answer carries it.
const MAX_ID_BYTES: usize = 256;

/// A message from the client.
pub(super) enum ClientMessage {
    ConnectionInit { payload: Option<Box<RawValue>> },
    Ping { payload: Option<Box<RawValue>> },
    Pong,
    Subscribe { id: String, payload: Box<RawValue> },
    Complete { id: String },
}

/// The members that a message may have.
#[derive(Deserialize)]
struct Members {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    payload: Option<Box<RawValue>>,
}

impl ClientMessage {
    /// Parses a text; none when it is no message of the protocol.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let Members { kind, id, payload } = serde_json::from_slice(text).ok()?;
        let id = id.filter(|id| !id.is_empty() && id.len() <= MAX_ID_BYTES);
        Some(match kind.as_str() {
            "connection_init" => Self::ConnectionInit { payload },
            "ping" => Self::Ping { payload },
            "pong" => Self::Pong,
            "subscribe" => Self::Subscribe {
                id: id?,
                payload: payload?,
            },
            "complete" => Self::Complete { id: id? },
            _ => return None,
        })
    }
}

/// A message to the client.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage<'t> {
    ConnectionAck,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Box<RawValue>>,
    },
    /// An answer of an operation that was executed.
    Next {
        id: &'t str,
        payload: &'t Answer,
    },
    /// A request that was refused before it was executed: its errors, and nothing follows.
    Error {
        id: &'t str,
        payload: Errors<'t>,
    },
    /// Nothing follows.
    Complete {
        id: &'t str,
    },
}

impl<'t> ServerMessage<'t> {
    pub(super) fn refusal(id: &'t str, answer: &'t Answer) -> Self {
        let payload = Errors(answer);
        Self::Error { id, payload }
    }

    /// The message as JSON text.
    pub(super) fn text(&self) -> String {
        // Plain values, which always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The errors of an answer, and nothing else of it.
pub(super) struct Errors<'t>(&'t Answer);

impl Serialize for Errors<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.errors().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_message_of_the_protocol_is_not_read() {
        let long = "x".repeat(MAX_ID_BYTES + 1);
        for text in [
            "",
            "7",
            "{}",
            r#"{"type":"sing"}"#,
            r#"{"type":"start","id":"1","payload":{}}"#,
            r#"{"type":"subscribe"}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":1,"payload":{}}"#,
            r#"{"type":"subscribe","id":"","payload":{}}"#,
            &format!(r#"{{"type":"complete","id":"{long}"}}"#),
            r#"{"type":"complete"}"#,
            r#"{"type":"ping","type":"ping"}"#,
        ] {
            assert!(ClientMessage::read(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn a_refusal_is_a_list_of_errors_and_a_pong_brings_the_payload_back() {
        let answer = Answer::malformed("no");
        let message: serde_json::Value =
            serde_json::from_str(&ServerMessage::refusal("1", &answer).text()).unwrap();
        assert_eq!((&message["type"], &message["id"]), (&"error".into(), &"1".into()));
        assert_eq!(message["payload"][0]["extensions"]["code"], "BAD_USER_INPUT");
        let Some(ClientMessage::Ping { payload }) =
            ClientMessage::read(br#"{"type":"ping","payload":{"at":1}}"#)
        else {
            panic!("a ping");
        };
        assert_eq!(
            ServerMessage::Pong { payload }.text(),
            r#"{"type":"pong","payload":{"at":1}}"#
        );
        assert_eq!(ServerMessage::Pong { payload: None }.text(), r#"{"type":"pong"}"#);
    }
}
