//! Callers who take what they can. Each is bounded in what it opens, and speaks to the service beside it and to nobody else.

use std::{fmt, net::SocketAddr, time::Duration};

use futures::{FutureExt, SinkExt, StreamExt, future::pending};
use serde_json::json;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    time::{interval, sleep},
};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{ClientRequestBuilder, Message},
};

use super::Attacker;
use crate::wire::Wire;

/// What they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attack {
    Pasts,
    WideLists,
    Histories,
    UnreadEvents,
    SlowBodies,
    UnreadSockets,
}

impl fmt::Display for Attack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pasts => "4 connections of ten pasts with 20 counts of working days each",
            Self::WideLists => "16 connections of ten lists of 200, 20 requests a second",
            Self::Histories => "16 connections of 60 histories, 7 requests a second",
            Self::UnreadEvents => "300 unread streams of events",
            Self::SlowBodies => "1500 connections with slow bodies",
            Self::UnreadSockets => "100 unread sockets of 50 streams each",
        })
    }
}

impl Attack {
    pub(crate) fn holds_memory(self) -> bool {
        matches!(self, Self::SlowBodies | Self::UnreadSockets)
    }
}

pub(crate) struct Greedy {
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    pub(crate) cases: Vec<String>,
}

impl Greedy {
    pub(crate) fn attacks(&self) -> Vec<(Attack, Vec<Attacker>)> {
        let paced = |rate: u32| Duration::from_secs(16) / rate;
        let times = |count: usize, make: &dyn Fn() -> Attacker| (0..count).map(|_| make()).collect();
        vec![
            (
                Attack::Pasts,
                times(4, &|| self.asks(self.pasts(), Duration::from_micros(1))),
            ),
            (
                Attack::WideLists,
                times(16, &|| self.asks(wide_lists(), paced(20))),
            ),
            (Attack::Histories, times(16, &|| self.asks(histories(), paced(7)))),
            (Attack::UnreadEvents, times(300, &|| self.leaves_events_unread())),
            (Attack::SlowBodies, times(1_500, &|| self.dawdles())),
            (
                Attack::UnreadSockets,
                times(100, &|| self.leaves_a_socket_unread()),
            ),
        ]
    }

    fn asks(&self, query: String, every: Duration) -> Attacker {
        let mut wire = Wire::new(self.address, &self.token);
        let body = json!({ "query": query }).to_string();
        async move {
            let mut ticks = interval(every);
            loop {
                ticks.tick().await;
                wire.post("/graphql", &body).await;
            }
        }
        .boxed()
    }

    fn pasts(&self) -> String {
        let days: Vec<_> = (0..20)
            .map(|n| format!("w{n}: workingDaysSinceEntering"))
            .collect();
        let days = days.join(" ");
        let now = chrono::Utc::now().to_rfc3339();
        let cases = self.cases.iter().take(10).enumerate();
        let pasts: Vec<_> = cases
            .map(|(n, noms)| format!("c{n}: case(nomsNumber: \"{noms}\", asOf: \"{now}\") {{ ...F }}"))
            .collect();
        let pasts = pasts.join(" ");
        format!("{{ {pasts} }} fragment F on Case {{ {days} }}")
    }

    fn head(&self, length: usize) -> String {
        let (address, token) = (self.address, &self.token);
        format!(
            "POST /graphql/stream HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        )
    }

    fn leaves_events_unread(&self) -> Attacker {
        let body =
            json!({ "query": "subscription { events(after: \"0\") { payload metadata } }" }).to_string();
        let (address, request) = (self.address, format!("{}{body}", self.head(body.len())));
        async move {
            if let Ok(mut stream) = TcpStream::connect(address).await {
                stream.write_all(request.as_bytes()).await.unwrap_or_default();
                pending::<()>().await;
            }
        }
        .boxed()
    }

    /// Without a token, a body that never ends.
    fn dawdles(&self) -> Attacker {
        let address = self.address;
        async move {
            let head = format!(
                "POST /graphql HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: 262144\r\n\r\n"
            );
            let Ok(mut stream) = TcpStream::connect(address).await else { return };
            let mut sent = stream.write_all(head.as_bytes()).await;
            while sent.is_ok() {
                sent = stream.write_all(&[b' '; 10_000]).await;
                sleep(Duration::from_millis(100)).await;
            }
        }
        .boxed()
    }

    fn leaves_a_socket_unread(&self) -> Attacker {
        let uri = format!("ws://{}/graphql/ws", self.address).parse().unwrap();
        let request = ClientRequestBuilder::new(uri).with_sub_protocol("graphql-transport-ws");
        let init = json!({ "Authorization": format!("Bearer {}", self.token) });
        async move {
            let Ok((mut socket, _)) = connect_async(request).await else {
                return;
            };
            let init = json!({ "type": "connection_init", "payload": init });
            socket
                .send(Message::text(init.to_string()))
                .await
                .unwrap_or_default();
            socket.next().await;
            for id in 0..50 {
                let payload =
                    json!({ "query": "subscription { events(after: \"0\") { payload metadata } }" });
                let subscribe = json!({ "type": "subscribe", "id": id.to_string(), "payload": payload });
                socket
                    .send(Message::text(subscribe.to_string()))
                    .await
                    .unwrap_or_default();
            }
            pending::<()>().await;
        }
        .boxed()
    }
}

fn wide_lists() -> String {
    let rows = "edges { node { nomsNumber lastName tier } }";
    let list = |n| format!("l{n}: cases(prison: \"LEI\", bucket: ALLOCATED, first: 200) {{ {rows} }}");
    let lists: Vec<_> = (0..10).map(list).collect();
    format!("{{ {} }}", lists.join(" "))
}

fn histories() -> String {
    "{ cases(prison: \"LEI\", bucket: ALLOCATED, first: 60) { edges { node { allocation {
        history(first: 20) { edges { node { title } } } poms { name } } } } } }"
        .to_owned()
}
