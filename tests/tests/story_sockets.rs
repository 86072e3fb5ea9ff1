//! Sockets speak graphql-transport-ws as its clients have it, and end with a reason.

use std::time::Duration;

use serde_json::{Value, json};
use server::config::{Bound, Limits};
use tests::{Stage, follow::Socket, people::ANN, raw::Raw, waiting::eventually};

const FOLLOW: &str = "subscription { allocationChanged { position } }";

fn complete(id: &str) -> Value {
    json!({ "type": "complete", "id": id })
}

async fn within(limits: Limits) -> (Stage, String) {
    let stage = Stage::start_within(limits).await;
    let token = stage.allocator();
    (stage, token)
}

#[tokio::test]
async fn what_is_refused_before_it_is_executed_is_an_error_after_which_nothing_comes() {
    let (stage, token) = within(Limits::default()).await;
    let mut socket = Socket::connect(&stage, &token).await;
    let deep = format!("{{ me(a: {}{}) }}", "[".repeat(500), "]".repeat(500));
    for (payload, code) in [
        (json!({ "query": "subscription { nothing }" }), "BAD_USER_INPUT"),
        (json!({ "query": "{ me {" }), "BAD_USER_INPUT"),
        (json!({ "query": deep }), "QUERY_TOO_COMPLEX"),
        (json!({ "query": "" }), "BAD_USER_INPUT"),
        (
            json!({ "query": "query A { me { name } }", "operationName": "B" }),
            "BAD_USER_INPUT",
        ),
        (
            json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "0".repeat(64) } } }),
            "PERSISTED_QUERY_NOT_FOUND",
        ),
    ] {
        // The id is free again each time.
        socket
            .say(json!({ "type": "subscribe", "id": "1", "payload": payload }))
            .await;
        assert_eq!(socket.refused("1").await, code, "{payload}");
    }
    socket
        .subscribe(
            "1",
            "subscription { allocationChanged(prison: \"MDI\") { position } }",
        )
        .await;
    let forbidden = socket.next().await;
    assert_eq!(
        forbidden["errors"][0]["extensions"]["code"], "FORBIDDEN",
        "executed, and failed"
    );
    assert_eq!(socket.hear().await, Some(complete("1")));
}

#[tokio::test]
async fn an_id_is_free_once_its_client_has_ended_it_and_no_such_end_is_answered() {
    let (stage, token) = within(Limits::default()).await;
    let mut socket = Socket::connect(&stage, &token).await;
    for _ in 0..20 {
        socket.subscribe("1", FOLLOW).await;
        socket.say(complete("1")).await;
    }
    let head = stage.head().await;
    let living = format!("subscription {{ allocationChanged(after: \"{head}\") {{ position }} }}");
    socket.subscribe("1", &living).await;
    let ping = json!({ "type": "ping", "payload": { "n": 1 } });
    socket.say(ping).await;
    let pong = json!({ "type": "pong", "payload": { "n": 1 } });
    assert_eq!(socket.hear().await, Some(pong));
    stage.prisoner("A1234BC").await;
    stage.allocate("A1234BC", ANN).await;
    assert!(socket.next().await["data"]["allocationChanged"].is_object());
}

#[tokio::test]
async fn an_operation_that_its_client_has_ended_frees_its_place_at_once() {
    let (stage, token) = within(Limits {
        streams: Bound { each: 1, all: 1 },
        ..Limits::default()
    })
    .await;
    let mut socket = Socket::connect(&stage, &token).await;
    for _ in 0..500 {
        socket.subscribe("7", FOLLOW).await;
        socket.say(complete("7")).await;
    }
    let head = stage.head().await;
    let living = format!("subscription {{ allocationChanged(after: \"{head}\") {{ position }} }}");
    socket.subscribe("7", &living).await;
    stage.prisoner("A1234BC").await;
    stage.allocate("A1234BC", ANN).await;
    assert!(socket.next().await["data"]["allocationChanged"].is_object());
}

#[tokio::test]
async fn a_client_that_closes_its_socket_is_answered() {
    let (stage, token) = within(Limits::default()).await;
    for code in [1000, 4000] {
        let mut socket = Socket::connect(&stage, &token).await;
        socket.subscribe("1", FOLLOW).await;
        socket.leave(code).await;
        assert_eq!(socket.closed().await, Some(code));
    }
}

#[tokio::test]
async fn a_message_that_is_too_long_closes_the_socket_with_1009() {
    let (stage, token) = within(Limits::default()).await;
    for length in [32 * 1024 + 1, 300_000] {
        let mut socket = Socket::connect(&stage, &token).await;
        socket
            .say(json!({ "type": "ping", "payload": "x".repeat(length) }))
            .await;
        assert_eq!(socket.closed().await, Some(1009), "{length}");
    }
    let mut twice = Socket::connect(&stage, &token).await;
    twice.say(json!({ "type": "connection_init" })).await;
    assert_eq!(twice.closed().await, Some(4429));
}

#[tokio::test]
async fn an_answer_longer_than_a_socket_carries_is_refused_and_the_socket_goes_on() {
    let stage = Stage::start().await;
    let mut socket = Socket::connect(
        &stage,
        &stage.token(&["ROLE_ALLOC_MGR", "ROLE_POM_ALLOCATIONS__DEVELOPER"], &["LEI"]),
    )
    .await;
    let types = "__schema { types { name description enumValues { name description } fields { name description args { name description } } } }";
    let query = format!(
        "{{ {} }}",
        (0..10).map(|n| format!("a{n}: {types} ")).collect::<String>()
    );
    socket.subscribe("1", &query).await;
    assert_eq!(socket.refused("1").await, "QUERY_TOO_COMPLEX");
    socket.subscribe("1", "{ me { username } }").await;
    assert!(socket.next().await["data"]["me"].is_object());
}

#[tokio::test]
async fn a_quiet_socket_is_pinged() {
    let (stage, token) = within(Limits {
        ping: Duration::from_secs(1),
        ..Limits::default()
    })
    .await;
    let mut attentive = Socket::connect(&stage, &token).await;
    for _ in 0..3 {
        attentive.pinged().await;
    }
}

#[tokio::test]
async fn a_peer_that_answers_no_ping_is_closed() {
    let (stage, token) = within(Limits {
        ping: Duration::from_millis(20),
        ..Limits::default()
    })
    .await;
    let mut deaf = Raw::socket(&stage, &token).await;
    assert_closed(&deaf.read_to_end().await, 1013, "no ping was answered");
}

#[tokio::test]
async fn a_peer_that_does_not_read_is_closed_with_a_reason() {
    let (stage, token) = within(Limits {
        unread: Duration::from_millis(50),
        sockets: Bound { each: 1, all: 1 },
        ..Limits::default()
    })
    .await;
    let mut deaf = Raw::socket(&stage, &token).await;
    assert_eq!(
        Socket::try_connect(&stage, &token).await.err(),
        Some(Some(1013)),
        "one socket each"
    );
    let ping = json!({ "type": "ping", "payload": "x".repeat(30_000) });
    let room = eventually("there is room for another socket", async || {
        Socket::try_connect(&stage, &token).await.ok()
    });
    tokio::select! {
        _ = deaf.babble(&ping) => {}
        _ = room => {}
    }
    assert_closed(&deaf.read_to_end().await, 1013, "you did not read");
}

/// Whether what was read ends with the frame that closes a socket.
fn assert_closed(read: &[u8], code: u16, reason: &str) {
    let mut close = vec![0x88];
    let tail = read
        .windows(reason.len())
        .rposition(|window| window == reason.as_bytes());
    let tail = tail.unwrap_or_else(|| panic!("no such reason in the last of {} bytes", read.len()));
    close.push(u8::try_from(read.len() - tail + 2).unwrap());
    close.extend(code.to_be_bytes());
    assert!(read[..tail].ends_with(&close));
}
