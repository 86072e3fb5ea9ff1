//! Topic and queues are wired as consumers' are, and what the relay sends arrives there as it was frozen.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_sqs::types::Message;
use event_store::Expected;
use messaging::{
    Relay,
    aws::{
        AwsSettings, Clients, LocalTopology, queue_health, topic_health,
        topology::{self, Names},
    },
};
use serde_json::{Value, json};

use crate::world::{EVENT_TYPE, World};

/// Topic and queues that no other test uses.
pub(crate) struct Local {
    pub(crate) clients: Clients,
    pub(crate) names: Names,
    pub(crate) topology: LocalTopology,
}

impl Local {
    pub(crate) async fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let aws = workbench::testing::local_aws().await;
        let clients = Clients::new(&AwsSettings {
            region: aws.region().to_owned(),
            endpoint: Some(aws.endpoint()),
            credentials: Some((aws.access_key_id().to_owned(), aws.secret_access_key().to_owned())),
        })
        .await;
        let names = Names::prefixed(&format!("t{}-", NUMBER.fetch_add(1, Ordering::Relaxed)));
        let topology = topology::ensure(&clients.sns, &clients.sqs, &names)
            .await
            .unwrap();
        Self {
            clients,
            names,
            topology,
        }
    }

    /// Publishes to the topic, as another service does.
    pub(crate) async fn publish(&self, event_type: Option<&str>, body: &str) {
        let mut call = self
            .clients
            .sns
            .publish()
            .topic_arn(&self.topology.topic_arn)
            .message(body);
        if let Some(event_type) = event_type {
            let value = aws_sdk_sns::types::MessageAttributeValue::builder()
                .data_type("String")
                .string_value(event_type)
                .build()
                .unwrap();
            call = call.message_attributes("eventType", value);
        }
        call.send().await.unwrap();
    }

    /// The next message of a queue, which is then removed.
    pub(crate) async fn take(&self, queue_url: &str) -> Option<Message> {
        let call = self
            .clients
            .sqs
            .receive_message()
            .queue_url(queue_url)
            .wait_time_seconds(5);
        let message = call.send().await.unwrap().messages.unwrap_or_default().pop()?;
        let receipt = message.receipt_handle().unwrap();
        self.clients
            .sqs
            .delete_message()
            .queue_url(queue_url)
            .receipt_handle(receipt)
            .send()
            .await
            .unwrap();
        Some(message)
    }
}

#[tokio::test]
async fn consumers_get_the_frozen_body_with_attributes_to_filter_by() {
    let (local, world) = (Local::new().await, World::new().await);
    world
        .announce_with("A0001BC", Expected::Any, |_| json!("é \"quoted\" \u{1f600}"))
        .await
        .unwrap();
    let frozen: String = sqlx::query_scalar("select body::text from es.outbox")
        .fetch_one(&world.pool)
        .await
        .unwrap();
    world.raise_watermark_to_head().await;
    let relay = Relay::start(world.relay(local.clients.sns.clone(), &local.topology.topic_arn));
    world.until_sent().await;
    relay.stop().await;

    let message = local.take(&local.topology.downstream_queue_url).await.unwrap();
    let notification: Value = serde_json::from_str(message.body().unwrap()).unwrap();
    assert_eq!(notification["Type"], "Notification");
    assert_eq!(notification["Message"], frozen);
    let told: Value = serde_json::from_str(&frozen).unwrap();
    let attributes = &notification["MessageAttributes"];
    assert_eq!(
        attributes["eventType"],
        json!({ "Type": "String", "Value": EVENT_TYPE })
    );
    assert_eq!(
        attributes["eventId"]["Value"],
        told["additionalInformation"]["eventId"]
    );
    assert_eq!(attributes["aggregateVersion"]["Value"], "1");
    let traceparent = attributes["traceparent"]["Value"].as_str().unwrap();
    assert!(
        traceparent.starts_with("00-0000000000000000000000000000002a-"),
        "{traceparent}"
    );
}

#[tokio::test]
async fn each_queue_gets_only_what_its_filter_lets_through() {
    let local = Local::new().await;
    local
        .publish(Some("prison-offender-events.prisoner.merged"), "nobody's")
        .await;
    local
        .publish(Some("prisoner-offender-search.prisoner.released"), "inbound")
        .await;
    local.publish(Some(EVENT_TYPE), "downstream").await;
    for (queue, expected) in [
        (&local.topology.inbound_queue_url, "inbound"),
        (&local.topology.downstream_queue_url, "downstream"),
    ] {
        let message = local.take(queue).await.unwrap();
        let notification: Value = serde_json::from_str(message.body().unwrap()).unwrap();
        assert_eq!(notification["Message"], expected);
        let health = queue_health(&local.clients.sqs, queue.rsplit('/').next().unwrap()).await;
        assert_eq!(health.details["messagesOnQueue"], "0", "nothing else arrived");
    }
}

#[tokio::test]
async fn a_second_start_changes_nothing() {
    let local = Local::new().await;
    local.publish(Some(EVENT_TYPE), "kept").await;
    let again = topology::ensure(&local.clients.sns, &local.clients.sqs, &local.names)
        .await
        .unwrap();
    assert_eq!(again, local.topology);
    let health = topic_health(&local.clients.sns, &again.topic_arn).await;
    assert_eq!(health.details["subscriptionsConfirmed"], "2");
    assert!(
        local.take(&again.downstream_queue_url).await.is_some(),
        "messages stay"
    );
}

#[tokio::test]
async fn health_tells_how_full_queues_are_and_misses_what_is_not_there() {
    let local = Local::new().await;
    let name = &local.names.inbound_queue;
    local.publish(Some("offender-management.noop"), "{}").await;
    let health = queue_health(&local.clients.sqs, name).await;
    assert!(health.up);
    let expected = [
        ("dlqName", &*local.names.inbound_dlq),
        ("dlqStatus", "UP"),
        ("messagesInFlight", "0"),
        ("messagesOnDlq", "0"),
        ("messagesOnQueue", "1"),
        ("queueName", name),
    ];
    assert_eq!(
        health.details,
        expected
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    );

    let without_dead_letters = queue_health(&local.clients.sqs, &local.names.inbound_dlq).await;
    assert_eq!(
        (
            without_dead_letters.up,
            &*without_dead_letters.details["dlqStatus"]
        ),
        (false, "DOWN")
    );
    assert!(!queue_health(&local.clients.sqs, "no-such-queue").await.up);
    assert!(
        !topic_health(&local.clients.sns, &format!("{}-not", local.topology.topic_arn))
            .await
            .up
    );
}
