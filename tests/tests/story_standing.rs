//! Who a caller is while a connection lasts: what their caseloads have lost is theirs no more, on either transport.

use std::time::Duration;

use domain::LegalStatus;
use serde_json::{Value, json};
use server::config::Limits;
use simulator::tokens::TokenRequest;
use tests::{
    Stage,
    documents::ALLOCATE,
    follow::{Events, Socket},
    people::{self, ANN, FAY, prison},
};

const LEEDS: &str = "subscription { allocationChanged(prison: \"LEI\", after: \"0\") { prison } }";

async fn stage() -> Stage {
    let limits = Limits {
        standing: Duration::from_millis(40),
        ..Limits::default()
    };
    Stage::start_within(limits).await
}

/// The token of one person; from now on these are their caseloads.
fn sam_of(stage: &Stage, caseloads: &[&str]) -> String {
    let caseloads: Vec<_> = caseloads.iter().map(|code| prison(code)).collect();
    stage.token_of(&TokenRequest {
        username: Some("SAM".to_owned()),
        ..TokenRequest::local_user(&["ROLE_ALLOC_MGR"], &caseloads)
    })
}

fn code(payload: &Value) -> &Value {
    &payload["errors"][0]["extensions"]["code"]
}

#[tokio::test]
async fn following_a_prison_ends_when_it_leaves_the_caseloads_whether_anything_happens_or_not() {
    let stage = stage().await;
    let token = sam_of(&stage, &["LEI"]);
    stage.prisoner("A1234BC").await;
    stage.allocate("A1234BC", ANN).await;
    let mut events = Events::open(&stage, &token, LEEDS).await;
    let mut socket = Socket::connect(&stage, &token).await;
    socket.subscribe("1", LEEDS).await;
    for told in [events.next().await, socket.next().await] {
        assert_eq!(told["data"]["allocationChanged"]["prison"], "LEI");
    }

    sam_of(&stage, &["MDI"]);
    for told in [events.next().await, socket.next().await] {
        assert_eq!(code(&told), "FORBIDDEN", "{told}");
    }
    assert_eq!(events.hear().await.unwrap().0, "complete");
    assert_eq!(socket.hear().await.unwrap()["type"], "complete");
}

#[tokio::test]
async fn on_a_lasting_connection_what_left_the_caseloads_is_neither_told_nor_changed() {
    let stage = stage().await;
    let token = sam_of(&stage, &["LEI"]);
    stage.prisoner("A1234BC").await;
    people::observe(stage.bus(), "A0002AA", "MDI", LegalStatus::Sentenced, None).await;
    people::inform(stage.bus(), "A0002AA").await;
    let mut socket = Socket::connect(&stage, &token).await;
    socket
        .subscribe(
            "all",
            "subscription { allocationChanged(after: \"0\") { prison } }",
        )
        .await;

    sam_of(&stage, &["MDI"]);
    loop {
        socket.subscribe("me", "{ me { caseloads } }").await;
        let told = socket.next().await;
        assert_eq!(socket.hear().await.unwrap()["type"], "complete");
        if told["data"]["me"]["caseloads"] == json!(["MDI"]) {
            break;
        }
    }
    let input = "{nomsNumber: \"A1234BC\", prison: \"LEI\", staffId: 1}";
    let change = format!("mutation {{ allocatePrimaryPom(input: {input}) {{ version }} }}");
    socket.subscribe("change", &change).await;
    assert_eq!(code(&socket.next().await), "FORBIDDEN");
    assert_eq!(socket.hear().await.unwrap()["type"], "complete");

    stage.allocate("A1234BC", ANN).await;
    let there = json!({ "nomsNumber": "A0002AA", "prison": "MDI", "staffId": FAY });
    let allocator = stage.token(&["ROLE_ALLOC_MGR"], &["MDI"]);
    stage.change(&allocator, ALLOCATE, there).await;
    let told = socket.next().await;
    assert_eq!(
        told["data"]["allocationChanged"]["prison"], "MDI",
        "and nothing of Leeds before it: {told}"
    );
}
