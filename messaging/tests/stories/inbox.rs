//! What other services publish takes effect once; what cannot be understood goes to the dead letters.

use std::time::Duration;

use commands::StreamsOf;
use event_store::Log;
use messaging::{Inbox, InboxHandle, InboxOptions, aws::queue_health, inbox::InboundType};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    estate::{Estate, NOMS},
    topology::Local,
    world::until,
};

const RELEASED: &str = include_str!("../fixtures/prisoner-released.json");
const NOOP: &str = include_str!("../fixtures/noop.json");

/// An estate, its queues, and an inbox between them.
struct Story {
    estate: Estate,
    local: Local,
    inbox: InboxHandle,
}

impl Story {
    async fn begin() -> Self {
        let (estate, local) = (Estate::new().await, Local::new().await);
        let queue = local.names.inbound_queue.clone();
        let inbox = Inbox::start(InboxOptions {
            wait: Duration::from_secs(1),
            backoff: vec![Duration::ZERO],
            ..InboxOptions::new(local.clients.sqs.clone(), queue, estate.bus.clone())
        });
        Self { estate, local, inbox }
    }

    async fn released(&self, body: &Value) {
        self.local
            .publish(Some(InboundType::PrisonerReleased.name()), &body.to_string())
            .await;
    }

    /// Puts a body on the queue as SNS would, under a message id of ours.
    async fn deliver(&self, message_id: &str, event_type: Option<&str>, message: &str) {
        let mut notification = json!({ "Type": "Notification", "MessageId": message_id, "Message": message });
        if let Some(event_type) = event_type {
            notification["MessageAttributes"] =
                json!({ "eventType": { "Type": "String", "Value": event_type } });
        }
        self.send(&notification.to_string()).await;
    }

    async fn send(&self, body: &str) {
        let queue = &self.local.topology.inbound_queue_url;
        self.local
            .clients
            .sqs
            .send_message()
            .queue_url(queue)
            .message_body(body)
            .send()
            .await
            .unwrap();
    }

    /// Waits until the queue has neither messages nor any under way, and tells how many dead letters there are.
    async fn settled(&self) -> String {
        let name = &self.local.names.inbound_queue;
        let sqs = &self.local.clients.sqs;
        until("the queue is empty", async || {
            let details = queue_health(sqs, name).await.details;
            details["messagesOnQueue"] == "0" && details["messagesInFlight"] == "0"
        })
        .await;
        queue_health(sqs, name).await.details["messagesOnDlq"].clone()
    }

    async fn happened(&self) -> Vec<String> {
        self.estate.happened().await
    }
}

fn released() -> Value {
    serde_json::from_str(RELEASED).unwrap()
}

fn with(pointer: &str, value: &str) -> Value {
    let mut body = released();
    *body.pointer_mut(pointer).unwrap() = json!(value);
    body
}

const ALLOCATED: &str = "PrimaryPomAllocated";

#[tokio::test]
async fn a_release_ends_the_allocation_and_says_which_message_caused_it() {
    let story = Story::begin().await;
    let message_id = Uuid::now_v7();
    story
        .deliver(
            &message_id.to_string(),
            Some(InboundType::PrisonerReleased.name()),
            RELEASED,
        )
        .await;
    assert_eq!(story.settled().await, "0");
    assert_eq!(story.happened().await, [ALLOCATED, "AllocationEndedByRelease"]);
    let metadata = story.estate.allocation().await[1].decode_metadata().unwrap();
    assert_eq!(metadata.causation_id, Some(message_id.to_string()));
    assert_eq!(metadata.correlation_id, message_id);
    assert_eq!(metadata.actor.id, "inbox");
    assert_eq!(
        metadata.occurred_at.to_rfc3339(),
        "2026-03-02T09:30:00.123456+00:00"
    );
    let case = StreamsOf::case(NOMS.parse().unwrap());
    let case = story.estate.world.log.read_streams(&[case]).await.unwrap();
    assert_eq!(case.last().unwrap().event_type, "CaseInformationClosed");
    story.inbox.stop().await;
}

#[tokio::test]
async fn a_transfer_ends_the_allocation_and_an_absence_does_not() {
    let story = Story::begin().await;
    story
        .released(&with("/additionalInformation/reason", "SENT_TO_COURT"))
        .await;
    assert_eq!(story.settled().await, "0");
    assert_eq!(story.happened().await, [ALLOCATED]);
    story
        .released(&with("/additionalInformation/reason", "TRANSFERRED"))
        .await;
    assert_eq!(story.settled().await, "0");
    assert_eq!(story.happened().await, [ALLOCATED, "AllocationEndedByTransfer"]);
    story.inbox.stop().await;
}

#[tokio::test]
async fn the_same_message_twice_has_one_effect() {
    let story = Story::begin().await;
    for _ in 0..2 {
        story
            .deliver(
                "11111111-1111-4111-8111-111111111111",
                Some(InboundType::PrisonerReleased.name()),
                RELEASED,
            )
            .await;
    }
    story.released(&released()).await;
    assert_eq!(
        story.settled().await,
        "0",
        "a repetition is acknowledged, under the same id and under another"
    );
    assert_eq!(story.happened().await, [ALLOCATED, "AllocationEndedByRelease"]);
    story.inbox.stop().await;
}

#[tokio::test]
async fn news_of_an_earlier_stay_changes_nothing() {
    let story = Story::begin().await;
    story.released(&with("/occurredAt", "2026-02-01T09:00:00")).await;
    let mut elsewhere = with("/occurredAt", "2026-02-20T09:00:00");
    elsewhere["additionalInformation"]["prisonId"] = json!("MDI");
    story.released(&elsewhere).await;
    assert_eq!(story.settled().await, "0");
    assert_eq!(story.happened().await, [ALLOCATED]);
    story.inbox.stop().await;
}

/// From Leeds to court and from there to Moorland, of which nobody told.
#[tokio::test]
async fn a_release_ends_the_allocation_from_whichever_prison_it_was() {
    let story = Story::begin().await;
    story
        .released(&with("/additionalInformation/prisonId", "MDI"))
        .await;
    assert_eq!(story.settled().await, "0");
    assert_eq!(story.happened().await, [ALLOCATED, "AllocationEndedByRelease"]);
    story.inbox.stop().await;
}

#[tokio::test]
async fn news_of_somebody_never_met_leaves_nothing() {
    let story = Story::begin().await;
    let before = story.estate.world.log.head().await.unwrap();
    let stranger = serde_json::from_str(&RELEASED.replace("A1234BC", "Z9876ZZ")).unwrap();
    story.released(&stranger).await;
    assert_eq!(story.settled().await, "0");
    assert_eq!(story.estate.world.log.head().await.unwrap(), before);
    story.inbox.stop().await;
}

#[tokio::test]
async fn what_is_not_listened_to_is_acknowledged() {
    let story = Story::begin().await;
    story
        .deliver("m-1", Some("prison-offender-events.prisoner.merged"), "{}")
        .await;
    story.deliver("m-2", None, "{}").await;
    story.local.publish(Some(InboundType::Noop.name()), NOOP).await;
    assert_eq!(story.settled().await, "0");
    assert_eq!(story.happened().await, [ALLOCATED]);
    story.inbox.stop().await;
}

#[tokio::test]
async fn what_cannot_be_understood_goes_to_the_dead_letters() {
    let story = Story::begin().await;
    story.send("<not json/>").await;
    story
        .deliver("m-1", Some(InboundType::PrisonerReleased.name()), "{")
        .await;
    story
        .released(&with("/additionalInformation/nomsNumber", "A9999ZZ"))
        .await;
    let dead_letters = || async { story.settled().await == "3" };
    until("all three are dead letters", dead_letters).await;
    assert_eq!(story.happened().await, [ALLOCATED]);
    story.inbox.stop().await;
}

#[tokio::test]
async fn raw_delivery_is_understood_as_well() {
    let story = Story::begin().await;
    let attribute = aws_sdk_sqs::types::MessageAttributeValue::builder()
        .data_type("String")
        .string_value(InboundType::PrisonerReleased.name())
        .build()
        .unwrap();
    let queue = &story.local.topology.inbound_queue_url;
    let call = story
        .local
        .clients
        .sqs
        .send_message()
        .queue_url(queue)
        .message_body(RELEASED);
    call.message_attributes("eventType", attribute)
        .send()
        .await
        .unwrap();
    assert_eq!(story.settled().await, "0");
    assert_eq!(story.happened().await, [ALLOCATED, "AllocationEndedByRelease"]);
    story.inbox.stop().await;
}

#[tokio::test]
async fn while_the_log_is_away_messages_wait_and_then_take_effect() {
    let story = Story::begin().await;
    let lock = "lock table es.head in access exclusive mode";
    let mut transaction = story.estate.world.pool.begin().await.unwrap();
    sqlx::query(lock).execute(&mut *transaction).await.unwrap();
    story.released(&released()).await;
    let name = &story.local.names.inbound_queue;
    until("the message is under way", async || {
        queue_health(&story.local.clients.sqs, name).await.details["messagesInFlight"] == "1"
    })
    .await;
    transaction.rollback().await.unwrap();
    assert_eq!(story.settled().await, "0");
    assert_eq!(story.happened().await, [ALLOCATED, "AllocationEndedByRelease"]);
    story.inbox.stop().await;
}

#[tokio::test]
async fn stopping_does_not_wait_for_the_poll_to_end() {
    let (estate, local) = (Estate::new().await, Local::new().await);
    let queue = local.names.inbound_queue.clone();
    let inbox = Inbox::start(InboxOptions::new(
        local.clients.sqs.clone(),
        queue,
        estate.bus.clone(),
    ));
    tokio::time::timeout(Duration::from_secs(15), inbox.stop())
        .await
        .expect("a poll lasts 20 seconds");
}
