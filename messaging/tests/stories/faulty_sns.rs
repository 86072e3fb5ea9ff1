//! An SNS that speaks the protocol and misbehaves as told.

use std::{
    collections::BTreeMap,
    fmt::Write,
    future::pending,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Form, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use event_store::Position;
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

pub(crate) const TOPIC: &str = "arn:aws:sns:eu-west-2:000000000000:domain-events";

/// What becomes of one call.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Everything is accepted.
    Accept,
    /// Everything is accepted, and nobody hears of it.
    AcceptSilently,
    /// Nothing is accepted: too many calls.
    Throttle,
    /// Nothing is accepted: the service is broken.
    Broken,
    /// Nothing is accepted: something in the call is wrong.
    Invalid,
    /// These keys' messages are refused, with a code and whose fault it is; the others are accepted.
    Refuse {
        keys: Vec<String>,
        code: &'static str,
        sender_fault: bool,
    },
}

/// One message of a call.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    id: String,
    pub(crate) key: String,
    pub(crate) version: u64,
    pub(crate) position: i64,
    pub(crate) event_id: String,
    pub(crate) body: String,
    pub(crate) attributes: BTreeMap<String, String>,
}

type Decide = Box<dyn FnMut(&[Entry]) -> Reply + Send>;

struct Inner {
    accepted: Vec<Entry>,
    calls: Vec<Vec<String>>,
    decide: Decide,
    watermark: Option<watch::Receiver<Position>>,
    too_early: Vec<i64>,
}

/// A running SNS.
pub(crate) struct FaultySns {
    inner: Arc<Mutex<Inner>>,
    endpoint: String,
    server: JoinHandle<()>,
}

impl FaultySns {
    /// Starts an SNS that decides about each call.
    pub(crate) async fn start(decide: impl FnMut(&[Entry]) -> Reply + Send + 'static) -> Self {
        let inner = Inner {
            accepted: Vec::new(),
            calls: Vec::new(),
            decide: Box::new(decide),
            watermark: None,
            too_early: Vec::new(),
        };
        let inner = Arc::new(Mutex::new(inner));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/", post(publish_batch))
            .with_state(inner.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            inner,
            endpoint,
            server,
        }
    }

    pub(crate) fn client(&self) -> aws_sdk_sns::Client {
        crate::world::sns_at(&self.endpoint)
    }

    /// From now on, decides like this.
    pub(crate) fn decide(&self, decide: impl FnMut(&[Entry]) -> Reply + Send + 'static) {
        self.lock().decide = Box::new(decide);
    }

    /// Notes every message that arrives before the watermark has let it through.
    pub(crate) fn check_watermark(&self, watermark: watch::Receiver<Position>) {
        self.lock().watermark = Some(watermark);
    }

    /// Everything accepted, in order, repetitions included.
    pub(crate) fn accepted(&self) -> Vec<Entry> {
        self.lock().accepted.clone()
    }

    /// The versions accepted of one key, in order, repetitions included.
    pub(crate) fn versions_of(&self, key: &str) -> Vec<u64> {
        self.lock()
            .accepted
            .iter()
            .filter(|entry| entry.key == key)
            .map(|entry| entry.version)
            .collect()
    }

    /// The keys of each call.
    pub(crate) fn calls(&self) -> Vec<Vec<String>> {
        self.lock().calls.clone()
    }

    /// Positions that arrived before the watermark had let them through.
    pub(crate) fn too_early(&self) -> Vec<i64> {
        self.lock().too_early.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }
}

impl Drop for FaultySns {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn publish_batch(
    State(inner): State<Arc<Mutex<Inner>>>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    assert_eq!(form["Action"], "PublishBatch");
    assert_eq!(form["TopicArn"], TOPIC);
    let entries: Vec<Entry> = (1..).map_while(|n| entry(&form, n)).collect();
    let reply = inner.lock().unwrap().receive(&entries);
    let refused = match reply {
        Reply::AcceptSilently => return pending().await,
        Reply::Throttle => return error(StatusCode::BAD_REQUEST, "Throttling"),
        Reply::Broken => return error(StatusCode::INTERNAL_SERVER_ERROR, "InternalError"),
        Reply::Invalid => return error(StatusCode::BAD_REQUEST, "InvalidParameter"),
        Reply::Refuse {
            keys,
            code,
            sender_fault,
        } => Some((keys, code, sender_fault)),
        Reply::Accept => None,
    };
    let (mut successful, mut failed) = (String::new(), String::new());
    for Entry { id, key, .. } in &entries {
        match &refused {
            Some((keys, code, fault)) if keys.contains(key) => {
                write!(
                    failed,
                    "<member><Id>{id}</Id><Code>{code}</Code><SenderFault>{fault}</SenderFault></member>"
                )
                .unwrap();
            }
            _ => write!(
                successful,
                "<member><Id>{id}</Id><MessageId>m-{id}</MessageId></member>"
            )
            .unwrap(),
        }
    }
    format!(
        "<PublishBatchResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishBatchResult>\
         <Successful>{successful}</Successful><Failed>{failed}</Failed></PublishBatchResult>\
         <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishBatchResponse>"
    )
    .into_response()
}

impl Inner {
    fn receive(&mut self, entries: &[Entry]) -> Reply {
        assert!(entries.len() <= 10);
        self.calls
            .push(entries.iter().map(|entry| entry.key.clone()).collect());
        let watermark = self.watermark.as_ref().map(|watermark| watermark.borrow().get());
        let early = entries
            .iter()
            .map(|entry| entry.position)
            .filter(|at| watermark.is_some_and(|watermark| *at > watermark));
        self.too_early.extend(early);
        let reply = (self.decide)(entries);
        let refused = match &reply {
            Reply::Accept | Reply::AcceptSilently => &Vec::new(),
            Reply::Refuse { keys, .. } => keys,
            Reply::Throttle | Reply::Broken | Reply::Invalid => return reply,
        };
        let accepted = entries
            .iter()
            .filter(|entry| !refused.contains(&entry.key))
            .cloned();
        self.accepted.extend(accepted);
        reply
    }
}

fn entry(form: &BTreeMap<String, String>, n: usize) -> Option<Entry> {
    let of = format!("PublishBatchRequestEntries.member.{n}");
    let body = form.get(&format!("{of}.Message"))?.clone();
    let told: Value = serde_json::from_str(&body).unwrap();
    let information = &told["additionalInformation"];
    let attributes = (1..).map_while(|a| {
        let name = form.get(&format!("{of}.MessageAttributes.entry.{a}.Name"))?;
        let value = form.get(&format!("{of}.MessageAttributes.entry.{a}.Value.StringValue"))?;
        Some((name.clone(), value.clone()))
    });
    Some(Entry {
        id: form[&format!("{of}.Id")].clone(),
        key: told["key"].as_str().unwrap().to_owned(),
        version: information["aggregateVersion"].as_u64().unwrap(),
        position: information["globalPosition"].as_i64().unwrap(),
        event_id: information["eventId"].as_str().unwrap().to_owned(),
        attributes: attributes.collect(),
        body,
    })
}

fn error(status: StatusCode, code: &str) -> Response {
    let body = format!(
        "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>as told</Message></Error><RequestId>r</RequestId></ErrorResponse>"
    );
    (status, body).into_response()
}
