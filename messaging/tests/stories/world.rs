//! A log of its own for each test, messages in it, and a relay over it.

use std::{future::Future, sync::Arc, time::Duration};

use aws_sdk_sns::config::{BehaviorVersion, Credentials, Region};
use chrono::Utc;
use event_store::{
    Actor, ActorKind, Announcement, AppendError, AppendRequest, ConnectOptions, Expected, Log, MasterKey,
    Metadata, NewEvent, Placed, Position, PostgresLog, Receipt, StreamId, StreamWrite,
};
use messaging::{Backoff, RelayOptions};
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};
use uuid::Uuid;

pub(crate) const EVENT_TYPE: &str = "offender-management.allocation.changed";

/// Long enough for the slowest machine; nothing waits this long unless it has failed.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A log on a database of its own.
pub(crate) struct World {
    pub(crate) pool: PgPool,
    pub(crate) log: PostgresLog,
    pub(crate) url: String,
    watermark: watch::Sender<Position>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let database = workbench::testing::fresh_database().await;
        event_store::migrate(database.url()).await.unwrap();
        let pool = event_store::connect(database.url(), ConnectOptions::default())
            .await
            .unwrap();
        let log = PostgresLog::open(pool.clone(), Some(MasterKey::new([7; 32])))
            .await
            .unwrap();
        Self {
            pool,
            log,
            url: database.url().to_owned(),
            watermark: watch::Sender::new(Position::START),
        }
    }

    /// Records one event of a key and announces it.
    pub(crate) async fn announce(&self, key: &str) -> Receipt {
        self.announce_with(key, Expected::Any, |_| Value::Null)
            .await
            .unwrap()
    }

    /// As [`Self::announce`], with an expected version and something more in the body.
    pub(crate) async fn announce_with(
        &self,
        key: &str,
        expected: Expected,
        more: impl Fn(&Placed) -> Value + Send + Sync + 'static,
    ) -> Result<Receipt, AppendError> {
        let stream = StreamId::new("allocation", key);
        let owner = key.to_owned();
        let announcement = Announcement {
            stream: stream.clone(),
            event: 0,
            key: key.to_owned(),
            event_type: EVENT_TYPE.to_owned(),
            compose: Some(Arc::new(move |placed| {
                body(&owner, placed, &more(placed)).to_string()
            })),
        };
        let event = NewEvent {
            event_id: Uuid::now_v7(),
            event_type: "SomethingHappened".to_owned(),
            schema_version: 1,
            payload: json!({}),
        };
        let write = StreamWrite {
            stream,
            subject: key.to_owned(),
            expected,
            events: vec![event],
        };
        let command_id = Uuid::now_v7();
        let request = AppendRequest {
            command_id,
            request_hash: [0; 32],
            metadata: metadata(command_id),
            writes: vec![write],
            announcements: vec![announcement],
        };
        self.log.append(request).await
    }

    /// Lets everything up to a position leave.
    pub(crate) fn raise_watermark(&self, position: Position) {
        self.watermark.send_replace(position);
    }

    /// Lets everything leave that was recorded.
    pub(crate) async fn raise_watermark_to_head(&self) {
        self.raise_watermark(self.log.head().await.unwrap());
    }

    pub(crate) fn watermark(&self) -> watch::Receiver<Position> {
        self.watermark.subscribe()
    }

    /// A relay that loses no time.
    pub(crate) fn relay(&self, sns: aws_sdk_sns::Client, topic_arn: &str) -> RelayOptions {
        let soon = Backoff {
            first: Duration::from_millis(5),
            longest: Duration::from_millis(20),
        };
        RelayOptions {
            call_timeout: Duration::from_secs(5),
            attempts: 3,
            key_backoff: soon,
            topic_backoff: soon,
            poll: Duration::from_millis(25),
            ..RelayOptions::new(self.pool.clone(), sns, topic_arn, self.watermark())
        }
    }

    pub(crate) async fn waiting(&self) -> u64 {
        messaging::outbox::status(&self.pool).await.unwrap().waiting
    }

    pub(crate) async fn parked(&self) -> Vec<String> {
        let parked = messaging::outbox::parked(&self.pool).await.unwrap();
        parked.into_iter().map(|parked| parked.key).collect()
    }

    pub(crate) async fn until_sent(&self) {
        until("the outbox is empty", async || self.waiting().await == 0).await;
    }
}

fn body(key: &str, placed: &Placed, more: &Value) -> Value {
    json!({
        "eventType": EVENT_TYPE,
        "key": key,
        "more": more,
        "additionalInformation": {
            "eventId": placed.event_id,
            "aggregateVersion": placed.sequence,
            "globalPosition": placed.position.get(),
            "correlationId": Uuid::from_u128(42),
        },
    })
}

fn metadata(command_id: Uuid) -> Metadata {
    Metadata {
        command_id,
        operation: "something".to_owned(),
        correlation_id: command_id,
        causation_id: None,
        actor: Actor {
            kind: ActorKind::System,
            id: "test".to_owned(),
            display_name: None,
            client_id: None,
        },
        occurred_at: Utc::now(),
        prison: None,
        policy: None,
    }
}

/// A client for an SNS at this address.
pub(crate) fn sns_at(endpoint: &str) -> aws_sdk_sns::Client {
    let config = aws_sdk_sns::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-2"))
        .credentials_provider(Credentials::new("id", "key", None, None, "test"))
        .endpoint_url(endpoint)
        .http_client(messaging::aws::https_client())
        .build();
    aws_sdk_sns::Client::from_conf(config)
}

/// Waits for something to become so.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, so: impl Fn() -> F) {
    let begun = Instant::now();
    while !so().await {
        assert!(begun.elapsed() < TIMEOUT, "it never came to be that {what}");
        sleep(Duration::from_millis(10)).await;
    }
}
