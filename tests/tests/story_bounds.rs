//! Every connection, body and stream has a bound, and so has the service: whoever goes beyond it is refused, and nobody else.

use std::time::Duration;

use serde_json::Value;
use server::config::{Bound, Limits};
use tests::{
    Stage,
    follow::{Events, Socket},
    raw::Raw,
    waiting::eventually,
};

const FOLLOW: &str = "subscription { allocationChanged(after: \"0\") { position } }";
const ME: &str = "{ me { username } }";

async fn assert_answered(stage: &Stage, token: &str) {
    let answered = stage.graphql(token, ME, Value::Null).await;
    assert_eq!(answered["errors"], Value::Null, "{answered}");
}

#[tokio::test]
async fn a_token_is_checked_before_a_body_is_read() {
    let stage = Stage::start().await;
    for path in ["/graphql", "/graphql/stream"] {
        for token in [None, Some("forged")] {
            // Not a byte of the body is sent.
            let mut slow = Raw::begin_post(&stage, path, token, 30_000).await;
            let head = slow.read_until("\r\n\r\n").await;
            assert!(head.starts_with("HTTP/1.1 401"), "{path} {token:?}: {head}");
        }
        let mut large = Raw::begin_post(&stage, path, Some(&stage.allocator()), 32 * 1024 + 1).await;
        let head = large.read_until("\r\n\r\n").await;
        assert!(head.starts_with("HTTP/1.1 413"), "{path}: {head}");
    }
}

#[tokio::test]
async fn a_body_that_dawdles_is_given_up() {
    let stage = Stage::start_within(Limits {
        body: Duration::from_millis(20),
        ..Limits::default()
    })
    .await;
    for path in ["/graphql", "/graphql/stream"] {
        let mut slow = Raw::begin_post(&stage, path, Some(&stage.allocator()), 100).await;
        slow.send(b"{\"query\":").await;
        let answered = String::from_utf8(slow.read_to_end().await).unwrap();
        assert!(answered.starts_with("HTTP/1.1 408"), "{path}: {answered}");
    }
}

#[tokio::test]
async fn bytes_of_bodies_are_bounded_for_each_caller_and_for_all() {
    let stage = Stage::start_within(Limits {
        body_bytes: Bound {
            each: 1_000,
            all: 1_500,
        },
        ..Limits::default()
    })
    .await;
    let (ours, theirs) = (stage.allocator(), stage.administrator());
    let status = async |token: &str| {
        let request = stage.http().post(stage.url("/graphql")).bearer_auth(token);
        let body = format!("{{\"query\":\"{ME}\"}}");
        let request = request.header("content-type", "application/json").body(body);
        request.send().await.unwrap().status().as_u16()
    };
    let slow = Raw::begin_post(&stage, "/graphql", Some(&ours), 990).await;
    eventually("the bound of the caller", async || {
        (status(&ours).await == 429).then_some(())
    })
    .await;
    assert_eq!(status(&theirs).await, 200);
    let more = Raw::begin_post(&stage, "/graphql", Some(&theirs), 500).await;
    let third = stage.client_token(&["ROLE_VIEW_POM_ALLOCATIONS"]);
    eventually("the bound of the service", async || {
        (status(&third).await == 503).then_some(())
    })
    .await;
    drop((slow, more));
    eventually("room again", async || (status(&ours).await == 200).then_some(())).await;
}

#[tokio::test]
async fn connections_are_bounded_and_those_that_ask_nothing_more_make_room() {
    let stage = Stage::start_within(Limits {
        connections: 5,
        silence: Duration::from_secs(1),
        ..Limits::default()
    })
    .await;
    let mut idle = Vec::new();
    for _ in 0..5 {
        let mut one = Raw::connect(&stage, "GET /health/liveness HTTP/1.1\r\nhost: local\r\n\r\n").await;
        let answered = one.read_until("\r\n\r\n").await;
        assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
        idle.push(one);
    }
    let refused = Raw::connect(&stage, "").await.read_to_end().await;
    let refused = String::from_utf8(refused).unwrap();
    assert!(
        refused.starts_with("HTTP/1.1 503") && refused.contains("retry-after: 1"),
        "{refused}"
    );
    eventually("there is room again", async || {
        let asked = stage.http().get(stage.url("/health/liveness")).send().await;
        asked.ok().filter(|answer| answer.status() == 200)
    })
    .await;
}

#[tokio::test]
async fn a_new_connection_asks_soon_or_is_closed() {
    let stage = Stage::start_within(Limits {
        first_request: Duration::from_millis(50),
        ..Limits::default()
    })
    .await;
    for dawdling in ["", "GET /health/ping HTTP/1.1\r\nhost: local"] {
        let mut one = Raw::connect(&stage, dawdling).await;
        assert_eq!(one.read_to_end().await, b"");
    }
}

#[tokio::test]
async fn a_head_larger_than_any_request_needs_is_refused() {
    let stage = Stage::start().await;
    let large = format!(
        "GET /health HTTP/1.1\r\nhost: local\r\nx-large: {}\r\n\r\n",
        "x".repeat(40_000)
    );
    let mut one = Raw::connect(&stage, &large).await;
    let answered = one.read_until("\r\n\r\n").await;
    assert!(answered.starts_with("HTTP/1.1 431"), "{answered}");
    let many: String = (0..200).map(|n| format!("x-{n}: 1\r\n")).collect();
    let many = format!("GET /health HTTP/1.1\r\nhost: local\r\n{many}\r\n");
    let answered = Raw::connect(&stage, &many).await.read_until("\r\n\r\n").await;
    assert!(answered.starts_with("HTTP/1.1 431"), "{answered}");
}

#[tokio::test]
async fn what_a_caller_follows_is_bounded_over_both_transports_together() {
    let stage = Stage::start_within(Limits {
        streams: Bound { each: 2, all: 3 },
        ..Limits::default()
    })
    .await;
    let (ours, theirs) = (
        stage.allocator(),
        stage.client_token(&["ROLE_POM_ALLOCATIONS__AUDIT__RO"]),
    );
    let mut socket = Socket::connect(&stage, &ours).await;
    socket.subscribe("1", FOLLOW).await;
    let events = Events::open(&stage, &ours, FOLLOW).await;
    socket.subscribe("2", FOLLOW).await;
    assert_eq!(socket.refused("2").await, "RATE_LIMITED");
    let refused = Events::try_open(&stage, &ours, FOLLOW).await.unwrap_err();
    assert_eq!(
        (refused.status.as_u16(), refused.header("retry-after")),
        (429, "1")
    );

    let others = Events::open(&stage, &theirs, FOLLOW).await;
    let refused = Events::try_open(&stage, &theirs, FOLLOW).await.unwrap_err();
    assert_eq!(refused.status, 503);
    assert_eq!(refused.json()["errors"][0]["extensions"]["code"], "OVERLOADED");
    assert_answered(&stage, &ours).await;

    drop((events, others));
    eventually("there is room again", async || {
        Events::try_open(&stage, &ours, FOLLOW).await.ok()
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_nobody_reads_is_cut() {
    let stage = Stage::start_within(Limits {
        unread: Duration::from_millis(50),
        streams: Bound { each: 1, all: 1 },
        ..Limits::default()
    })
    .await;
    let auditor = stage.client_token(&["ROLE_POM_ALLOCATIONS__AUDIT__RO"]);
    // Each event brings several kilobytes.
    let payloads: String = (0..15)
        .map(|n| format!("p{n}: payload m{n}: metadata "))
        .collect();
    let large = format!("subscription {{ events(after: \"0\") {{ {payloads} }} }}");
    let mut deaf = Raw::post(&stage, "/graphql/stream", &auditor, &large).await;
    deaf.read_until("event: next").await;
    let mut n = 0;
    eventually("the stream is cut", async || {
        // Something to tell, until it is cut.
        n += 1;
        stage.prisoner(&format!("A{n:04}BC")).await;
        Events::try_open(&stage, &auditor, FOLLOW).await.ok()
    })
    .await;
}
