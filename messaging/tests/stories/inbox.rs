//! What other services publish is stored, then acknowledged, and takes effect once; trouble of ours makes no dead letter.

use std::time::Duration;

use commands::stream_id;
use domain::{Streamed, case::Case};
use event_store::Log;
use messaging::{
    Backoff, Inbox, InboxHandle, InboxOptions,
    aws::queue_health,
    inbox::{self, InboundType, ParkedMessage},
};
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use uuid::Uuid;

use crate::{
    estate::{Estate, NOMS, OTHER, Says, facts_at},
    topology::Local,
    world::until,
};

const RELEASED: &str = include_str!("../fixtures/prisoner-released.json");
const NOOP: &str = include_str!("../fixtures/noop.json");

/// An estate, its queues, and an inbox between them.
pub(crate) struct Story {
    pub(crate) estate: Estate,
    local: Local,
    pub(crate) inbox: InboxHandle,
}

impl Story {
    pub(crate) async fn begin() -> Self {
        let (estate, local) = (Estate::new().await, Local::new().await);
        let inbox = start(&estate, &local);
        Self { estate, local, inbox }
    }

    /// Another run of the service on the same database and queue.
    async fn restart(self) -> Self {
        self.inbox.stop().await;
        let inbox = start(&self.estate, &self.local);
        Self { inbox, ..self }
    }

    /// Does something that only the owner of the database may do.
    async fn as_owner(&self, statement: &str) {
        self.session().await.execute(statement).await.unwrap();
    }

    /// A session that is not of the pool, which leaves a database that takes no writes.
    async fn session(&self) -> PgConnection {
        let options = self.estate.world.pool.connect_options();
        PgConnection::connect_with(&options).await.unwrap()
    }

    /// The names of the events of the prisoner's allocation, read without the pool.
    async fn recorded(&self) -> Vec<String> {
        let types = "select event_type from es.event where stream_id = 'allocation-' || $1 order by version";
        sqlx::query_scalar(types)
            .bind(NOMS)
            .fetch_all(&mut self.session().await)
            .await
            .unwrap()
    }

    /// A second receive of one message would make it a dead letter.
    async fn allow_one_receive(&self) {
        let sqs = &self.local.clients.sqs;
        let name = aws_sdk_sqs::types::QueueAttributeName::RedrivePolicy;
        let url = &self.local.topology.inbound_queue_url;
        let told = sqs
            .get_queue_attributes()
            .queue_url(url)
            .attribute_names(name.clone());
        let told = told.send().await.unwrap().attributes.unwrap();
        let mut policy: Value = serde_json::from_str(&told[&name]).unwrap();
        policy["maxReceiveCount"] = json!(1);
        let set = sqs.set_queue_attributes().queue_url(url);
        set.attributes(name, policy.to_string()).send().await.unwrap();
    }

    pub(crate) async fn parked(&self) -> Vec<ParkedMessage> {
        inbox::parked(&self.estate.world.pool).await.unwrap()
    }

    /// Waits until a person's work is put off.
    pub(crate) async fn delayed(&self) {
        until("a message is put off", async || {
            inbox::status(&self.estate.world.pool).await.unwrap().delayed > 0
        })
        .await;
    }

    pub(crate) async fn released(&self, body: &Value) {
        self.local
            .publish(Some(InboundType::PrisonerReleased.name()), &body.to_string())
            .await;
    }

    /// Puts a body on the queue as SNS would, under a message id of ours.
    pub(crate) async fn deliver(&self, message_id: &str, event_type: Option<&str>, message: &str) {
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

    /// Waits until neither queue nor inbox has anything to do, and tells how many dead letters there are.
    pub(crate) async fn settled(&self) -> String {
        let name = &self.local.names.inbound_queue;
        let sqs = &self.local.clients.sqs;
        until("everything is acknowledged and done", async || {
            let details = queue_health(sqs, name).await.details;
            details["messagesOnQueue"] == "0"
                && details["messagesInFlight"] == "0"
                && inbox::status(&self.estate.world.pool)
                    .await
                    .is_ok_and(|status| status.waiting == 0)
        })
        .await;
        queue_health(sqs, name).await.details["messagesOnDlq"].clone()
    }

    pub(crate) async fn happened(&self) -> Vec<String> {
        self.estate.happened().await
    }
}

fn start(estate: &Estate, local: &Local) -> InboxHandle {
    let queue = local.names.inbound_queue.clone();
    let (bus, pool) = (estate.bus.clone(), estate.world.pool.clone());
    let soon = Backoff {
        first: Duration::from_millis(5),
        longest: Duration::from_millis(50),
    };
    Inbox::start(InboxOptions {
        wait: Duration::from_secs(1),
        poll: Duration::from_millis(20),
        unavailable_backoff: soon,
        fault_backoff: soon,
        ..InboxOptions::new(local.clients.sqs.clone(), queue, bus, pool)
    })
}

fn released() -> Value {
    serde_json::from_str(RELEASED).unwrap()
}

pub(crate) fn with(pointer: &str, value: &str) -> Value {
    let mut body = released();
    *body.pointer_mut(pointer).unwrap() = json!(value);
    body
}

pub(crate) const ALLOCATED: &str = "PrimaryPomAllocated";

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
    let case = stream_id(Case::stream(NOMS.parse().unwrap()));
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
async fn another_message_under_a_known_id_is_not_lost() {
    let story = Story::begin().await;
    let id = "11111111-1111-4111-8111-111111111111";
    story.deliver(id, Some(InboundType::Noop.name()), "{}").await;
    let released = Some(InboundType::PrisonerReleased.name());
    story.deliver(id, released, RELEASED).await;
    assert_eq!(story.settled().await, "0");
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
async fn what_cannot_be_understood_is_parked_with_its_reason_and_body() {
    let story = Story::begin().await;
    story.send("<not json/>").await;
    story
        .deliver("m-1", Some(InboundType::PrisonerReleased.name()), "{")
        .await;
    let two_numbers = with("/additionalInformation/nomsNumber", "A9999ZZ");
    story.released(&two_numbers).await;
    assert_eq!(story.settled().await, "0", "what can be stored is no dead letter");
    let pool = &story.estate.world.pool;
    let parked = story.parked().await;
    let mut reasons: Vec<_> = parked.iter().map(|one| one.reason.as_str()).collect();
    reasons.sort_unstable();
    assert_eq!(
        reasons,
        [
            "the message is not JSON of the expected shape",
            "the message is not JSON of the expected shape",
            "the message names two different NOMS numbers"
        ]
    );
    let unreadable = parked.iter().find(|one| one.event_type.is_none()).unwrap();
    let body = inbox::parked_body(pool, unreadable.message).await.unwrap().body;
    assert_eq!(body, b"<not json/>");
    assert_eq!(story.happened().await, [ALLOCATED]);
    story.inbox.stop().await;
}

#[tokio::test]
async fn an_operator_retries_a_parked_message_once_it_is_understood_or_discards_it() {
    let story = Story::begin().await;
    let pool = &story.estate.world.pool;
    story.released(&with("/occurredAt", "2026-03-02T12:30:00Z")).await;
    assert_eq!(story.settled().await, "0");
    let message = story.parked().await[0].message;
    let at = |time: &str| time.parse().unwrap();
    let too_early = inbox::retry(pool, message, at("2026-03-02T12:00:00Z"), "ann").await;
    assert!(
        matches!(too_early, Err(inbox::OperateError::StillNotUnderstood(_))),
        "{too_early:?}"
    );
    assert!(inbox::discard(pool, message, " ", "ann").await.is_err());
    inbox::discard(pool, message, "known by telephone", "ann")
        .await
        .unwrap();
    assert_eq!(story.parked().await, []);
    let gone = inbox::retry(pool, message, at("2026-03-02T13:00:00Z"), "ann").await;
    assert!(matches!(gone, Err(inbox::OperateError::NotParked)), "{gone:?}");
    assert_eq!(story.happened().await, [ALLOCATED]);
    story.inbox.stop().await;
}

#[tokio::test]
async fn while_nothing_can_be_stored_what_was_received_is_held_and_is_no_dead_letter() {
    let story = Story::begin().await;
    story.allow_one_receive().await;
    story
        .as_owner("revoke insert on es.inbox_message from allocations_app")
        .await;
    story.released(&released()).await;
    let name = &story.local.names.inbound_queue;
    until("the message is under way", async || {
        queue_health(&story.local.clients.sqs, name).await.details["messagesInFlight"] == "1"
    })
    .await;
    story
        .as_owner("grant insert on es.inbox_message to allocations_app")
        .await;
    assert_eq!(story.settled().await, "0", "our trouble is not the message's");
    assert_eq!(story.happened().await, [ALLOCATED, "AllocationEndedByRelease"]);
    story.inbox.stop().await;
}

#[tokio::test]
async fn while_the_database_takes_no_writes_a_message_waits_and_is_received_once() {
    let story = Story::begin().await;
    story.allow_one_receive().await;
    let others = "select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()";
    let read_only = |value: &str| {
        format!(
            "do $$ begin execute format('alter database %I set default_transaction_read_only = {value}',
             current_database()); end $$"
        )
    };
    story.as_owner(&read_only("on")).await;
    story.as_owner(others).await;
    story.released(&released()).await;
    // A poll that had begun before may have it; none begins while nothing can be stored.
    let name = &story.local.names.inbound_queue;
    until("the message waits", async || {
        let details = queue_health(&story.local.clients.sqs, name).await.details;
        details["messagesOnQueue"] == "1" || details["messagesInFlight"] == "1"
    })
    .await;
    assert_eq!(story.recorded().await, [ALLOCATED]);
    let allow = format!("set transaction read write; {}", read_only("off"));
    story.as_owner(&allow).await;
    story.as_owner(others).await;
    assert_eq!(story.settled().await, "0");
    assert_eq!(story.recorded().await, [ALLOCATED, "AllocationEndedByRelease"]);
    story.inbox.stop().await;
}

#[tokio::test]
async fn what_needs_an_absent_service_waits_over_restarts_and_delays_nobody_else() {
    let story = Story::begin().await;
    story.estate.allocate(OTHER).await;
    story.estate.search.set(Says::Down);
    // Only this one has to be looked up: it is from before the allocation.
    story.released(&with("/occurredAt", "2026-03-01T08:59:58Z")).await;
    story.delayed().await;
    let other = serde_json::from_str(&RELEASED.replace(NOMS, OTHER)).unwrap();
    story.released(&other).await;
    until("the other's message takes effect", async || {
        story.estate.happened_to(OTHER).await.len() == 2
    })
    .await;
    let story = story.restart().await;
    story.delayed().await;
    assert_eq!(story.happened().await, [ALLOCATED]);
    story.estate.search.set(Says::Facts(facts_at(None)));
    assert_eq!(story.settled().await, "0");
    assert_eq!(story.happened().await, [ALLOCATED, "AllocationEndedByRelease"]);
    story.inbox.stop().await;
}

/// What became of an allocation of 09:00 after news, dated two seconds earlier, that its prisoner left.
async fn after_news_from_before_the_allocation(reason: &str, search: Says) -> Vec<String> {
    let story = Story::begin().await;
    story.estate.search.set(search);
    let mut news = with("/occurredAt", "2026-03-01T08:59:58Z");
    news["additionalInformation"]["reason"] = json!(reason);
    story.released(&news).await;
    assert_eq!(story.settled().await, "0");
    story.inbox.stop().await;
    story.estate.happened().await
}

#[tokio::test]
async fn news_from_before_the_allocation_counts_as_far_as_the_prisoner_is_gone_now() {
    let by_release = [ALLOCATED, "AllocationEndedByRelease"];
    let by_transfer = [ALLOCATED, "AllocationEndedByTransfer"];
    let at = |prison| Says::Facts(facts_at(prison));
    let after = after_news_from_before_the_allocation;
    assert_eq!(after("RELEASED", at(None)).await, by_release);
    assert_eq!(after("TRANSFERRED", at(None)).await, by_transfer);
    assert_eq!(after("TRANSFERRED", at(Some("MDI"))).await, by_transfer);
    assert_eq!(after("RELEASED", at(Some("LEI"))).await, [ALLOCATED]);
    assert_eq!(after("RELEASED", Says::Unknown).await, [ALLOCATED]);
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
    until("the message is stored", async || {
        inbox::status(&story.estate.world.pool).await.unwrap().waiting == 1
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
    let (queue, pool) = (local.names.inbound_queue.clone(), estate.world.pool.clone());
    let inbox = Inbox::start(InboxOptions::new(
        local.clients.sqs.clone(),
        queue,
        estate.bus.clone(),
        pool,
    ));
    tokio::time::timeout(Duration::from_secs(15), inbox.stop())
        .await
        .expect("a poll lasts 20 seconds");
}
