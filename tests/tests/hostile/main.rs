//! Hostile requests over HTTP: each gets an error with a code, nothing leaks, and the service lives on.

mod corpus;

use corpus::documents;
use serde_json::{Value, json};
use tests::{
    Answered, Stage,
    documents::{ALLOCATE, WHO},
    follow::Socket,
    people::{ANN, EVE},
};

const TOO_COMPLEX: &str = "QUERY_TOO_COMPLEX";
const BAD_INPUT: &str = "BAD_USER_INPUT";

async fn post(stage: &Stage, token: &str, content_type: &str, body: impl Into<reqwest::Body>) -> Answered {
    let request = stage.http().post(stage.url("/graphql")).bearer_auth(token);
    let sent = request
        .header("Content-Type", content_type)
        .body(body)
        .send()
        .await;
    Answered::read(sent.unwrap()).await
}

/// The code of an answer that holds nothing but errors, all of them with codes and none with words from inside.
fn code(answered: &Answered, what: &str) -> String {
    let body = answered.json();
    let errors = body["errors"]
        .as_array()
        .unwrap_or_else(|| panic!("{what}: {body}"));
    let codes: Vec<_> = errors
        .iter()
        .map(|error| error["extensions"]["code"].as_str())
        .collect();
    assert!(
        !codes.is_empty() && codes.iter().all(Option::is_some),
        "{what}: {body}"
    );
    for inside in [
        "sqlx",
        "postgres",
        "panicked",
        "serde",
        ".rs:",
        "es.event\"",
        "async_graphql",
    ] {
        assert!(!answered.body.contains(inside), "{what}: {body}");
    }
    codes[0].unwrap().to_owned()
}

async fn assert_alive(stage: &Stage) {
    let done = stage
        .data(&stage.allocator(), WHO, json!({ "noms": "A1234BC" }))
        .await;
    assert_eq!(done["allocation"]["primaryPom"]["staffId"], ANN);
}

async fn stage() -> (Stage, String) {
    let stage = Stage::start().await;
    stage.prisoner("A1234BC").await;
    stage.allocate("A1234BC", ANN).await;
    let token = stage.allocator();
    (stage, token)
}

#[tokio::test]
async fn documents_that_ask_for_too_much_or_are_none_are_refused_with_a_code() {
    let (stage, token) = stage().await;
    for (what, document, expected) in documents() {
        let body = json!({ "query": document }).to_string();
        let answered = post(&stage, &token, "application/json", body).await;
        assert_eq!(code(&answered, what), expected, "{what}: {}", answered.body);
        let by_get = stage.http().get(stage.url("/graphql")).bearer_auth(&token);
        let by_get = by_get.query(&[("query", &document)]).send().await.unwrap();
        let refused =
            !by_get.status().is_success() || Answered::read(by_get).await.body.contains("\"errors\"");
        assert!(refused, "{what} by GET");
        assert_alive(&stage).await;
    }
}

#[tokio::test]
async fn bodies_that_are_no_request_are_refused_with_a_code_and_a_status() {
    let (stage, token) = stage().await;
    let good = json!({ "query": "{ me { username } }" }).to_string();
    let deep_variables = format!(
        "{{\"query\":\"{{ me {{ name }} }}\",\"variables\":{{\"a\":{}{}}}}}",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let long = |bytes: usize| {
        format!(
            "{{\"query\":\"{{ me {{ {} }} }}\"}}",
            "__typename ".repeat(bytes / 11)
        )
    };
    let bodies: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("1 MB", long(1_000_000).into(), 413, TOO_COMPLEX),
        ("100 KB", long(100_000).into(), 413, TOO_COMPLEX),
        ("33 KB", long(33_000).into(), 413, TOO_COMPLEX),
        ("a batch", format!("[{good},{good}]").into(), 400, BAD_INPUT),
        (
            "a batch after a space",
            format!(" \n[{good}]").into(),
            400,
            BAD_INPUT,
        ),
        ("variables 10,000 deep", deep_variables.into(), 400, BAD_INPUT),
        (
            "invalid UTF-8",
            b"{\"query\":\"{ me { name } } \xff\xfe\"}".to_vec(),
            400,
            BAD_INPUT,
        ),
        ("half a document", good.as_bytes()[..20].to_vec(), 400, BAD_INPUT),
        ("nothing", Vec::new(), 400, BAD_INPUT),
        ("a number", b"7".to_vec(), 400, BAD_INPUT),
        (
            "a query that is a list",
            b"{\"query\":[\"{ me { name } }\"]}".to_vec(),
            400,
            BAD_INPUT,
        ),
        (
            "variables that are text",
            b"{\"query\":\"{ me { name } }\",\"variables\":\"{}\"}".to_vec(),
            400,
            BAD_INPUT,
        ),
        (
            "the same member twice",
            b"{\"query\":\"{ me { name } }\",\"query\":\"{ me { name } }\"}".to_vec(),
            400,
            BAD_INPUT,
        ),
        (
            "a number of 400 digits",
            format!(
                "{{\"query\":\"{{ me {{ name }} }}\",\"variables\":{{\"n\":{}}}}}",
                "9".repeat(400)
            )
            .into(),
            400,
            BAD_INPUT,
        ),
    ];
    for (what, body, status, expected) in bodies {
        let answered = post(&stage, &token, "application/json", body).await;
        assert_eq!(
            (answered.status.as_u16(), &*code(&answered, what)),
            (status, expected),
            "{what}"
        );
    }
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "",
    ] {
        let answered = post(&stage, &token, content_type, good.clone()).await;
        assert_eq!(
            (answered.status.as_u16(), &*code(&answered, content_type)),
            (415, BAD_INPUT),
            "{content_type:?}"
        );
    }
    let compressed = stage.http().post(stage.url("/graphql")).bearer_auth(&token);
    let compressed = compressed
        .header("Content-Encoding", "gzip")
        .json(&json!({ "query": "{ me { username } }" }));
    assert_eq!(compressed.send().await.unwrap().status(), 415);
    assert_alive(&stage).await;
}

#[tokio::test]
async fn values_that_cannot_be_kept_are_refused_and_nothing_is_recorded() {
    let (stage, token) = stage().await;
    let head = stage.head().await;
    let send = async |member: &str, value: Value| {
        let mut input = json!({ "nomsNumber": "A1234BC", "prison": "LEI", "staffId": EVE });
        input[member] = value;
        let body = json!({ "query": ALLOCATE, "variables": { "input": input } }).to_string();
        post(&stage, &token, "application/json", body).await
    };
    for (member, value) in [
        ("note", json!("a\0b")),
        ("nomsNumber", json!("A1234BC\0")),
        ("nomsNumber", json!("a1234bc")),
        ("nomsNumber", json!({ "$ne": null })),
        ("prison", json!("../")),
        ("staffId", json!(0)),
        ("staffId", json!(-1)),
        ("staffId", json!(1.5)),
        ("staffId", json!("105")),
        ("staffId", json!(9_007_199_254_740_993_i64)),
        ("expectedVersion", json!(-1)),
        ("commandId", json!("not an id")),
        ("overrideReasons", json!(["BECAUSE"])),
        ("unknownMember", json!(1)),
    ] {
        let what = format!("{member}: {value}");
        let answered = send(member, value).await;
        assert_eq!(code(&answered, &what), BAD_INPUT, "{what}: {}", answered.body);
    }
    assert_eq!(stage.head().await, head);
    assert_alive(&stage).await;
}

#[tokio::test]
async fn a_mutation_by_get_and_an_address_that_cannot_be_read_change_nothing() {
    let (stage, token) = stage().await;
    let head = stage.head().await;
    let mutation = "mutation { allocatePrimaryPom(input: {nomsNumber: \"A1234BC\", prison: \"LEI\", staffId: 105}) { version } }";
    let by_get = stage
        .http()
        .get(stage.url("/graphql"))
        .bearer_auth(&token)
        .query(&[("query", mutation)]);
    let answered = Answered::read(by_get.send().await.unwrap()).await;
    assert_eq!(
        (answered.status.as_u16(), answered.header("allow")),
        (405, "POST")
    );
    assert_eq!(code(&answered, "a mutation by GET"), BAD_INPUT);
    for address in [
        "/graphql",
        "/graphql?query=%ff",
        "/graphql?query=%7Bme%7Bname%7D%7D&variables=7",
        "/graphql?query=%00",
    ] {
        let answered = stage.get(address, Some(&token)).await;
        assert_eq!(code(&answered, address), BAD_INPUT, "{address}");
    }
    let consumer = stage.consumer();
    for address in [
        "/api/allocation/%ff",
        "/api/allocation/%00",
        "/api/allocation/A1234BC%2F..",
        "/api/allocation/'--",
    ] {
        let answered = stage.get(address, Some(&consumer)).await;
        assert_eq!(answered.status, 400, "{address}");
        assert_eq!(answered.json()["status"], "error", "{address}");
    }
    assert_eq!(stage.head().await, head);
    assert_alive(&stage).await;
}

#[tokio::test]
async fn subscriptions_are_guarded_like_everything_else() {
    let (stage, token) = stage().await;
    for (what, document, expected) in documents() {
        let request = stage
            .http()
            .post(stage.url("/graphql/stream"))
            .bearer_auth(&token);
        let sent = request.json(&json!({ "query": document })).send().await.unwrap();
        let answered = Answered::read(sent).await;
        assert!(
            answered.body.contains(expected),
            "{what} by events: {}",
            answered.body
        );

        let mut socket = Socket::connect(&stage, &token).await;
        socket.subscribe("1", &document).await;
        let heard = socket.hear().await;
        assert!(
            heard.is_some_and(|heard| heard.to_string().contains(expected)),
            "{what} by socket"
        );
    }
    let mut socket = Socket::connect(&stage, &token).await;
    socket.say(json!({ "type": "subscribe" })).await;
    assert_eq!(socket.hear().await, None, "closed");
    let mut socket = Socket::connect(&stage, &token).await;
    socket
        .subscribe("1", &format!("{{ {} }}", "a ".repeat(20_000)))
        .await;
    assert_eq!(socket.closed().await, Some(1009));
    assert_alive(&stage).await;
}
