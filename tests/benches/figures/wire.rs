//! A client of HTTP/1.1 that costs next to nothing, so that what is measured is the service.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One connection, kept alive.
pub(crate) struct Wire {
    address: SocketAddr,
    head: String,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(address: SocketAddr, token: &str) -> Self {
        let head =
            format!("host: {address}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n");
        Self {
            address,
            head,
            stream: None,
            buffer: Vec::with_capacity(4096),
        }
    }

    /// Posts a body; the answer's body.
    pub(crate) async fn post(&mut self, path: &str, body: &str) -> String {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => {
                let stream = TcpStream::connect(self.address).await.unwrap();
                stream.set_nodelay(true).unwrap();
                none.insert(stream)
            }
        };
        let request = format!(
            "POST {path} HTTP/1.1\r\n{}content-length: {}\r\n\r\n{body}",
            self.head,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        self.buffer.clear();
        loop {
            let read = stream.read_buf(&mut self.buffer).await.unwrap();
            assert!(read > 0, "the service closed the connection");
            if let Some(body) = whole_body(&self.buffer) {
                return body;
            }
        }
    }
}

fn whole_body(response: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(response).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.parse::<usize>().ok()).flatten()
    })?;
    (body.len() >= length).then(|| body.to_owned())
}
