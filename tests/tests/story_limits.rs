//! One caller cannot take what belongs to all: tokens end, sockets are bounded, and whoever asks too often waits.

use std::{num::NonZeroU32, time::Duration};

use chrono::TimeDelta;
use graphql::budget::BudgetOptions;
use serde_json::{Value, json};
use server::config::Limits;
use simulator::tokens::TokenRequest;
use tests::{
    Answered, Stage,
    follow::{Events, Socket},
    waiting::in_time,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const FOLLOW: &str = "subscription { allocationChanged(after: \"0\") { position } }";

fn code(payload: &Value) -> &Value {
    &payload["errors"][0]["extensions"]["code"]
}

#[tokio::test]
async fn what_is_followed_ends_with_the_token() {
    let stage = Stage::start().await;
    let leeds = [tests::people::prison("LEI")];
    let short = stage.token_of(&TokenRequest {
        lifetime: TimeDelta::seconds(1),
        ..TokenRequest::local_user(&["ROLE_ALLOC_MGR"], &leeds)
    });
    let mut events = Events::open(&stage, &short, FOLLOW).await;
    let mut socket = Socket::connect(&stage, &short).await;
    socket.subscribe("1", FOLLOW).await;
    assert_eq!(
        socket.closed().await,
        Some(4403),
        "at which clients come again with a new token"
    );
    let last = events.next().await;
    assert_eq!(code(&last), "UNAUTHENTICATED", "{last}");
    assert_eq!(
        last["errors"][0]["message"],
        "the token has expired: connect again with a new one"
    );
    assert_eq!(events.hear().await.unwrap().0, "complete");
    assert_eq!(events.hear().await, None);
}

#[tokio::test]
async fn a_socket_that_says_nothing_or_lies_is_closed() {
    let stage = Stage::start_within(Limits {
        introduction: Duration::from_millis(20),
        ..Limits::default()
    })
    .await;
    assert_eq!(Socket::silent(&stage).await.closed().await, Some(4408));

    let stage = Stage::start().await;
    let mut rude = Socket::silent(&stage).await;
    rude.subscribe("1", FOLLOW).await;
    assert_eq!(rude.closed().await, Some(4401));
    let mut babbling = Socket::connect(&stage, &stage.allocator()).await;
    babbling.say(json!({ "type": "sing" })).await;
    assert_eq!(babbling.closed().await, Some(4400));

    let mut hasty = Socket::connect(&stage, &stage.allocator()).await;
    let me = "{ me { username } }";
    for _ in 0..2 {
        hasty.subscribe("1", me).await;
        assert_eq!(hasty.hear().await.unwrap()["type"], "next");
        assert_eq!(
            hasty.hear().await.unwrap()["type"],
            "complete",
            "and the id is free again"
        );
    }
    hasty.subscribe("2", FOLLOW).await;
    hasty.subscribe("2", FOLLOW).await;
    assert_eq!(hasty.closed().await, Some(4409));

    for init in [json!({}), json!({ "Authorization": "Bearer forged" })] {
        assert_eq!(Socket::open(&stage, init).await.closed().await, Some(4403));
    }
}

#[tokio::test]
async fn a_connection_that_dawdles_over_a_request_is_closed_and_one_that_follows_is_not() {
    let stage = Stage::start_within(Limits {
        silence: Duration::from_millis(50),
        ..Limits::default()
    })
    .await;
    let mut followed = Events::open(&stage, &stage.allocator(), FOLLOW).await;
    let address = stage.base().strip_prefix("http://").unwrap().to_owned();
    for dawdling in ["", "GET /health/ping HTTP/1.1\r\nhost: local"] {
        let mut connection = TcpStream::connect(&address).await.unwrap();
        connection.write_all(dawdling.as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        let closed = in_time("the connection is closed", connection.read_to_end(&mut heard)).await;
        assert!(closed.is_ok());
        assert!(!String::from_utf8_lossy(&heard).contains("200 OK"));
    }
    stage.prisoner("A1234BC").await;
    stage.allocate("A1234BC", tests::people::ANN).await;
    assert!(followed.next().await["data"]["allocationChanged"].is_object());
}

#[tokio::test]
async fn a_socket_follows_so_many_things_and_no_more() {
    let stage = Stage::start_within(Limits {
        subscriptions: 2,
        ..Limits::default()
    })
    .await;
    let mut socket = Socket::connect(&stage, &stage.allocator()).await;
    socket.subscribe("1", FOLLOW).await;
    socket.subscribe("2", FOLLOW).await;
    socket.subscribe("3", FOLLOW).await;
    assert_eq!(socket.refused("3").await, "QUERY_TOO_COMPLEX");

    socket.say(json!({ "type": "complete", "id": "1" })).await;
    socket.subscribe("4", "{ me { username } }").await;
    let answered = socket.hear().await.unwrap();
    assert_eq!(answered["payload"]["errors"], Value::Null, "there is room again");
}

#[tokio::test]
async fn whoever_asks_too_often_waits_and_nobody_else_does() {
    let stage = Stage::start_within(Limits {
        budget: BudgetOptions {
            requests_per_second: NonZeroU32::new(1),
            ..BudgetOptions::UNLIMITED
        },
        ..Limits::default()
    })
    .await;
    let token = stage.allocator();
    let mut socket = Socket::connect(&stage, &token).await;
    let refused = loop {
        let request = stage.http().post(stage.url("/graphql")).bearer_auth(&token);
        let asked = request.json(&json!({ "query": "{ me { username } }" }));
        let answered = Answered::read(asked.send().await.unwrap()).await;
        if answered.status != 200 {
            break answered;
        }
    };
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(code(&refused.json()), "RATE_LIMITED");

    socket.subscribe("1", "{ me { username } }").await;
    assert_eq!(socket.refused("1").await, "RATE_LIMITED");

    let other = stage.administrator();
    let answered = stage.graphql(&other, "{ me { username } }", Value::Null).await;
    assert_eq!(answered["errors"], Value::Null, "another caller is answered");
    let consumer = stage.consumer();
    let limited = loop {
        let answered = stage.get("/api", Some(&consumer)).await;
        if answered.status != 200 {
            break answered;
        }
    };
    assert_eq!(
        (limited.status.as_u16(), limited.header("retry-after")),
        (429, "1")
    );
    for _ in 0..10 {
        assert_eq!(stage.get("/health/readiness", None).await.status, 200);
    }
}

#[tokio::test]
async fn every_answer_says_what_is_left_of_the_budget() {
    let stage = Stage::start_within(Limits {
        budget: BudgetOptions {
            cost_per_second: NonZeroU32::new(1_000),
            ..BudgetOptions::UNLIMITED
        },
        ..Limits::default()
    })
    .await;
    let post = async |query: &str| {
        let request = stage.http().post(stage.url("/graphql"));
        let request = request.bearer_auth(stage.allocator());
        Answered::read(request.json(&json!({ "query": query })).send().await.unwrap()).await
    };
    let answered = post("{ me { username } }").await;
    assert_eq!(
        answered.header("ratelimit-policy"),
        r#""cost";q=2000;w=2;qu="cost""#
    );
    assert!(
        answered.header("ratelimit").starts_with(r#""cost";r=19"#),
        "{answered:?}"
    );
    assert!(
        answered.json()["extensions"]["cost"]["remaining"]
            .as_u64()
            .unwrap()
            < 2_000
    );

    let list =
        "{ cases(prison: \"LEI\", bucket: UNALLOCATED, first: 200) { edges { node { nomsNumber } } } }";
    let refused = loop {
        let answered = post(list).await;
        if answered.status != 200 {
            break answered;
        }
    };
    assert_eq!(refused.status, 429);
    assert_eq!(code(&refused.json()), "RATE_LIMITED");
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=3).contains(&seconds));
    assert!(refused.header("ratelimit").starts_with(r#""cost";r="#));
    let malformed = post("{").await;
    assert!(
        malformed.json()["extensions"]["cost"]["requested"].is_u64(),
        "{malformed:?}"
    );
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let stage = Stage::start_within(Limits {
        answer: Duration::from_millis(20),
        ..Limits::default()
    })
    .await;
    let request = stage
        .http()
        .post(stage.url("/graphql"))
        .bearer_auth(stage.allocator());
    // What nobody has recorded yet is waited for.
    let query = "{ case(nomsNumber: \"A1234BC\", minPosition: \"999999\") { id } }";
    let asked = request.json(&json!({ "query": query }));
    let answered = Answered::read(asked.send().await.unwrap()).await;
    assert_eq!(answered.status, 504, "{}", answered.body);
    assert_eq!(answered.header("retry-after"), "1");
    assert_eq!(code(&answered.json()), "TIMED_OUT");
}
