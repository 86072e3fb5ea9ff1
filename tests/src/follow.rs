//! Following what happens as clients do: over a socket, and over server-sent events.

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{ClientRequestBuilder, Message, protocol::CloseFrame},
};

use crate::{Answered, Stage, waiting::in_time};

/// A client of graphql-transport-ws.
#[derive(Debug)]
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Connects, and says nothing.
    pub async fn silent(stage: &Stage) -> Self {
        let address = stage.base().replacen("http", "ws", 1);
        let uri = format!("{address}/graphql/ws").parse().unwrap();
        let request = ClientRequestBuilder::new(uri).with_sub_protocol("graphql-transport-ws");
        let (socket, _) = connect_async(request).await.unwrap();
        Self(socket)
    }

    /// Connects, and sends the first message with this payload; nothing is awaited.
    pub async fn open(stage: &Stage, init: Value) -> Self {
        let mut socket = Self::silent(stage).await;
        socket
            .say(json!({ "type": "connection_init", "payload": init }))
            .await;
        socket
    }

    /// Connects as whoever has this token.
    pub async fn connect(stage: &Stage, token: &str) -> Self {
        let mut socket = Self::open(stage, json!({ "Authorization": format!("Bearer {token}") })).await;
        assert_eq!(socket.hear().await.unwrap()["type"], "connection_ack");
        socket
    }

    /// Connects as whoever has this token, or is closed with a code.
    pub async fn try_connect(stage: &Stage, token: &str) -> Result<Self, Option<u16>> {
        let mut socket = Self::open(stage, json!({ "Authorization": format!("Bearer {token}") })).await;
        let first = in_time("an answer to the introduction", socket.0.next()).await;
        match first {
            Some(Ok(Message::Text(_))) => Ok(socket),
            Some(Ok(Message::Close(frame))) => Err(frame.map(|frame| frame.code.into())),
            _ => Err(None),
        }
    }

    /// Waits for a ping, which is answered when the next is waited for.
    pub async fn pinged(&mut self) {
        let pinged = async { while !matches!(self.0.next().await.unwrap().unwrap(), Message::Ping(_)) {} };
        in_time("a ping", pinged).await;
    }

    /// Begins to follow.
    pub async fn subscribe(&mut self, id: &str, query: &str) {
        self.say(json!({ "type": "subscribe", "id": id, "payload": { "query": query } }))
            .await;
    }

    /// Sends a message.
    pub async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    /// The next message; none when the service closed the connection.
    pub async fn hear(&mut self) -> Option<Value> {
        let heard = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).ok(),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(_) | Err(_)) | None => return None,
                }
            }
        };
        in_time("a message over the socket", heard).await
    }

    /// Closes the connection with this code.
    pub async fn leave(&mut self, code: u16) {
        let frame = CloseFrame {
            code: code.into(),
            reason: "".into(),
        };
        self.0.close(Some(frame)).await.unwrap();
    }

    /// The code with which the service closes the connection, whatever it says before.
    pub async fn closed(&mut self) -> Option<u16> {
        let closing = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        };
        in_time("the socket is closed", closing).await
    }

    /// The code with which the request of this id was refused, which is the next message.
    pub async fn refused(&mut self, id: &str) -> String {
        let heard = self.hear().await.expect("the socket is open");
        assert_eq!(
            (&heard["type"], &heard["id"]),
            (&json!("error"), &json!(id)),
            "{heard}"
        );
        let code = heard["payload"][0]["extensions"]["code"].as_str();
        code.unwrap_or_else(|| panic!("{heard}")).to_owned()
    }

    /// The payload of the next message, which is a `next`.
    pub async fn next(&mut self) -> Value {
        let heard = self.hear().await.expect("the socket is open");
        assert_eq!(heard["type"], "next", "{heard}");
        heard["payload"].clone()
    }
}

/// A client of server-sent events.
#[derive(Debug)]
pub struct Events {
    response: reqwest::Response,
    unread: String,
}

impl Events {
    /// Begins to follow.
    pub async fn open(stage: &Stage, token: &str, query: &str) -> Self {
        let opened = Self::try_open(stage, token, query).await;
        opened.unwrap_or_else(|refused| panic!("{refused:?}"))
    }

    /// Begins to follow, or is refused.
    pub async fn try_open(stage: &Stage, token: &str, query: &str) -> Result<Self, Answered> {
        let request = stage.http().post(stage.url("/graphql/stream")).bearer_auth(token);
        let response = request.json(&json!({ "query": query })).send().await.unwrap();
        if response.status() != 200 {
            return Err(Answered::read(response).await);
        }
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Ok(Self {
            response,
            unread: String::new(),
        })
    }

    /// The name and data of the next event; none when the stream ended.
    pub async fn hear(&mut self) -> Option<(String, String)> {
        loop {
            if let Some(end) = self.unread.find("\n\n") {
                let event: String = self.unread.drain(..end.saturating_add(2)).collect();
                let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                let heard = line("event:").zip(line("data:").or(Some("")));
                let heard = heard.map(|(name, data)| (name.trim().to_owned(), data.trim().to_owned()));
                if heard.is_some() {
                    return heard;
                }
            } else {
                let chunk = in_time("a server-sent event", self.response.chunk())
                    .await
                    .unwrap()?;
                self.unread.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        }
    }

    /// The data of the next event, which is a `next`.
    pub async fn next(&mut self) -> Value {
        let (name, data) = self.hear().await.expect("the stream goes on");
        assert_eq!(name, "next", "{data}");
        serde_json::from_str(&data).unwrap()
    }
}
