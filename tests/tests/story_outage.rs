//! What waits while it cannot be sent or heard is not lost.

use chrono::Utc;
use messaging::outbox;
use serde_json::{Value, json};
use sqlx::Connection;
use tests::{
    Delivery, Stage, eventually,
    follow::{Events, Socket},
    people::{ANN, EVE},
};
use uuid::Uuid;

const SAM: &str = "A1234BC";

/// The notification that Sam was released from Leeds just now.
fn release(id: Uuid) -> String {
    let released = json!({ "occurredAt": Utc::now(), "additionalInformation":
        { "nomsNumber": SAM, "prisonId": "LEI", "reason": "RELEASED" } });
    let attributes =
        json!({ "eventType": { "Type": "String", "Value": "prisoner-offender-search.prisoner.released" } });
    json!({ "MessageId": id, "Message": released.to_string(), "MessageAttributes": attributes }).to_string()
}

#[tokio::test]
async fn messages_wait_while_publishing_is_off_and_leave_after_a_restart() {
    let mut stage = Stage::start_with(|configuration| configuration.publish = false).await;
    stage.prisoner(SAM).await;
    stage.allocate(SAM, ANN).await;
    stage.allocate(SAM, EVE).await;
    let waiting = outbox::status(stage.service().log().pool())
        .await
        .unwrap()
        .waiting;
    assert_eq!(waiting, 2);
    stage.restart().await;
    let waiting = outbox::status(stage.service().log().pool())
        .await
        .unwrap()
        .waiting;
    assert_eq!(
        waiting, 2,
        "a restart loses nothing and sends nothing that is held back"
    );
    stage
        .restart_with(|configuration| configuration.publish = true)
        .await;
    let told: Vec<_> = stage.messages(2).await.iter().map(Delivery::version).collect();
    assert_eq!(told, [1, 2]);
    eventually("the outbox is empty", async || {
        let status = outbox::status(stage.service().log().pool()).await.unwrap();
        (status.waiting == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_consumer_is_told_to_come_back_while_the_database_hangs() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    stage.allocate(SAM, ANN).await;
    let path = format!("/api/allocation/{SAM}/primary_pom");
    let consumer = stage.consumer();
    assert_eq!(stage.get(&path, Some(&consumer)).await.status.as_u16(), 200);

    let mut owner = sqlx::PgConnection::connect(stage.database_url()).await.unwrap();
    let mut hanging = owner.begin().await.unwrap();
    sqlx::query("lock table es.stream")
        .execute(&mut *hanging)
        .await
        .unwrap();
    let told = stage.get(&path, Some(&consumer)).await;
    assert_eq!((told.status.as_u16(), told.header("retry-after")), (503, "1"));
    assert_eq!(told.json()["status"], "error");
    hanging.rollback().await.unwrap();
    assert_eq!(stage.get(&path, Some(&consumer)).await.status.as_u16(), 200);
}

#[tokio::test]
async fn with_sns_and_sqs_away_commands_go_on_and_everything_is_told_and_heard_later() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    stage.valve.close();
    for staff in [ANN, EVE, ANN] {
        stage.allocate(SAM, staff).await;
    }
    let consumer = stage.consumer();
    let read = stage
        .get(&format!("/api/allocation/{SAM}/primary_pom"), Some(&consumer))
        .await;
    assert_eq!(
        (read.status.as_u16(), read.header("x-aggregate-version")),
        (200, "3")
    );
    let status = outbox::status(stage.service().log().pool()).await.unwrap();
    assert_eq!((status.waiting, status.parked_keys), (3, 0));

    let id = Uuid::now_v7();
    stage.send_inbound(&release(id)).await;
    stage.valve.open();
    let told = stage.messages(4).await;
    let numbers: Vec<_> = told.iter().map(Delivery::version).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(told[3].information("eventTrigger"), "offender_released");
    assert_eq!(told[3].information("causationId"), &json!(id));
    assert_eq!(told[3].information("staffCode"), &Value::Null);
}

#[tokio::test]
async fn a_service_that_starts_while_sns_and_sqs_are_away_works_and_hears_of_a_release_later() {
    let mut stage = Stage::start().await;
    stage.prisoner(SAM).await;
    stage.valve.close();
    stage.restart().await;
    stage.allocate(SAM, ANN).await;
    stage.send_inbound(&release(Uuid::now_v7())).await;

    stage.valve.open();
    let told = stage.messages(2).await;
    assert_eq!(told[1].information("eventTrigger"), "offender_released");
}

#[tokio::test]
async fn followers_are_let_go_at_a_restart_and_go_on_where_they_left_off() {
    let mut stage = Stage::start().await;
    stage.prisoner(SAM).await;
    stage.allocate(SAM, ANN).await;
    let homd = stage.allocator();
    let after = |position: &str| {
        format!("subscription {{ allocationChanged(after: \"{position}\") {{ position version }} }}")
    };
    let mut socket = Socket::connect(&stage, &homd).await;
    socket.subscribe("1", &after("0")).await;
    let mut events = Events::open(&stage, &homd, &after("0")).await;
    let seen = socket.next().await;
    assert_eq!(events.next().await, seen);
    stage.restart().await;
    assert_eq!(
        (socket.hear().await, events.hear().await),
        (None, None),
        "let go, and not told that it is over"
    );

    stage.allocate(SAM, EVE).await;
    let go_on = after(seen["data"]["allocationChanged"]["position"].as_str().unwrap());
    let mut socket = Socket::connect(&stage, &homd).await;
    socket.subscribe("1", &go_on).await;
    assert_eq!(socket.next().await["data"]["allocationChanged"]["version"], 2);
}
