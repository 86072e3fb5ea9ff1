//! A peer that speaks HTTP and sockets by hand, and so may do what no client does: dawdle, and not read.

use std::{convert::Infallible, future::pending, net::SocketAddr};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::{Stage, waiting::in_time};

/// As little as the system lets a peer take in without reading.
const SMALL: u32 = 4 * 1024;

/// A connection.
#[derive(Debug)]
pub struct Raw(TcpStream);

impl Raw {
    /// Connects, and sends this.
    pub async fn connect(stage: &Stage, text: &str) -> Self {
        let address: SocketAddr = stage.base().strip_prefix("http://").unwrap().parse().unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(SMALL).unwrap();
        let mut raw = Self(socket.connect(address).await.unwrap());
        raw.send(text.as_bytes()).await;
        raw
    }

    /// Posts a document, and reads nothing.
    pub async fn post(stage: &Stage, path: &str, token: &str, query: &str) -> Self {
        let body = json!({ "query": query }).to_string();
        let mut raw = Self::begin_post(stage, path, Some(token), body.len()).await;
        raw.send(body.as_bytes()).await;
        raw
    }

    /// Sends the head of a POST whose body has so many bytes.
    pub async fn begin_post(stage: &Stage, path: &str, token: Option<&str>, length: usize) -> Self {
        let token = token.map_or(String::new(), |token| {
            format!("authorization: Bearer {token}\r\n")
        });
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: local\r\n{token}content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        Self::connect(stage, &head).await
    }

    /// Opens a socket and introduces itself; reads nothing that comes then.
    pub async fn socket(stage: &Stage, token: &str) -> Self {
        let head = "GET /graphql/ws HTTP/1.1\r\nhost: local\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
            sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
            sec-websocket-protocol: graphql-transport-ws\r\n\r\n";
        let mut raw = Self::connect(stage, head).await;
        raw.read_until("\r\n\r\n").await;
        let payload = json!({ "Authorization": format!("Bearer {token}") });
        raw.say(&json!({ "type": "connection_init", "payload": payload }))
            .await;
        raw.read_until("connection_ack\"}").await;
        raw
    }

    /// Sends bytes.
    pub async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// Sends a message over the socket.
    pub async fn say(&mut self, message: &Value) {
        self.send(&frame(message)).await;
    }

    /// Sends a message again and again for as long as the service takes it, and does not come back.
    pub async fn babble(&mut self, message: &Value) -> Infallible {
        let frame = frame(message);
        while self.0.write_all(&frame).await.is_ok() {}
        pending().await
    }

    /// Reads until this was read.
    pub async fn read_until(&mut self, end: &str) -> String {
        let reading = async {
            let mut read = Vec::new();
            while !read.ends_with(end.as_bytes()) {
                read.push(self.0.read_u8().await.unwrap());
            }
            String::from_utf8_lossy(&read).into_owned()
        };
        in_time(end, reading).await
    }

    /// Everything until the service closes the connection.
    pub async fn read_to_end(&mut self) -> Vec<u8> {
        let mut read = Vec::new();
        let reading = async {
            // A reset is an end as well.
            self.0.read_to_end(&mut read).await.unwrap_or_default();
        };
        in_time("the connection is closed", reading).await;
        read
    }
}

/// A masked frame of text; the mask is nought.
fn frame(message: &Value) -> Vec<u8> {
    let text = message.to_string();
    let mut frame = vec![0x81];
    match u8::try_from(text.len()) {
        Ok(length) if length < 126 => frame.push(0x80 | length),
        _ => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(text.as_bytes());
    frame
}
