//! What a case's past tells, and following it as it happens: nothing is skipped, by socket or by events.

use serde_json::{Value, json};
use tests::{
    Stage,
    documents::{ADD_COWORKING, DEALLOCATE},
    follow::{Events, Socket},
    people::{ANN, EVE, FAY},
};

const SAM: &str = "A1234BC";

async fn an_eventful_case(stage: &Stage) {
    stage.prisoner(SAM).await;
    stage.allocate(SAM, ANN).await;
    stage.allocate(SAM, EVE).await;
    let coworking = json!({ "nomsNumber": SAM, "prison": "LEI", "staffId": ANN, "note": "for a while" });
    stage.change(&stage.allocator(), ADD_COWORKING, coworking).await;
    let over = json!({ "nomsNumber": SAM, "reason": "left the list" });
    stage.change(&stage.administrator(), DEALLOCATE, over).await;
}

fn members<'a>(connection: &'a Value, member: &str) -> Vec<&'a str> {
    let edges = connection["edges"].as_array().unwrap().iter();
    edges.map(|edge| edge["node"][member].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_history_tells_everything_newest_first_with_who_and_why() {
    let stage = Stage::start().await;
    an_eventful_case(&stage).await;
    let query = "query($noms: NomsNumber!, $after: String) { allocation(nomsNumber: $noms) {
        history(first: 3, after: $after) { totalCount pageInfo { hasNextPage endCursor }
            edges { node { title by { name username kind } details { label value } } } }
        poms { staffId prison from until } } }";
    let data = stage
        .data(&stage.allocator(), query, json!({ "noms": SAM }))
        .await;
    let page = &data["allocation"]["history"];
    assert_eq!(
        page["totalCount"], 7,
        "with what is known of the prisoner and the case"
    );
    assert_eq!(
        members(page, "title"),
        [
            "Co-working unallocated",
            "Prisoner unallocated",
            "Co-working allocation"
        ]
    );
    let removed = &page["edges"][1]["node"];
    assert_eq!(
        removed["by"],
        json!({ "name": null, "username": "another-service", "kind": "CLIENT" })
    );
    let said = [("Unallocated from", "Eve Pom"), ("Note", "left the list")];
    for (label, value) in said {
        let detail = json!({ "label": label, "value": value });
        assert!(
            removed["details"].as_array().unwrap().contains(&detail),
            "{removed}"
        );
    }
    assert_eq!(page["edges"][2]["node"]["by"]["name"], "Local User");

    let rest = json!({ "noms": SAM, "after": page["pageInfo"]["endCursor"] });
    let rest = stage.data(&stage.allocator(), query, rest).await;
    let page = &rest["allocation"]["history"];
    assert_eq!(
        members(page, "title"),
        [
            "Prisoner reallocated",
            "Prisoner allocated",
            "Case information recorded"
        ]
    );
    let rest = json!({ "noms": SAM, "after": page["pageInfo"]["endCursor"] });
    let rest = stage.data(&stage.allocator(), query, rest).await;
    let page = &rest["allocation"]["history"];
    assert_eq!(members(page, "title"), ["Prisoner details changed"]);
    assert_eq!(page["pageInfo"]["hasNextPage"], false);

    let terms = data["allocation"]["poms"].as_array().unwrap();
    let who: Vec<_> = terms.iter().map(|term| &term["staffId"]).collect();
    assert_eq!(who, [&json!(ANN), &json!(EVE)]);
    assert_eq!(terms[0]["until"], terms[1]["from"], "one ends as the next begins");
    assert!(terms[1]["until"].is_string(), "{terms:?}");
}

#[tokio::test]
async fn the_timeline_tells_of_the_prisoner_and_the_case_too() {
    let stage = Stage::start().await;
    an_eventful_case(&stage).await;
    let query = "{ timeline(nomsNumber: \"A1234BC\") { totalCount edges { node { eventType } } } }";
    let timeline = stage.data(&stage.allocator(), query, Value::Null).await["timeline"].take();
    let mut told = members(&timeline, "eventType");
    told.reverse();
    let expected = [
        "PrisonerObserved",
        "CaseInformationRecorded",
        "PrimaryPomAllocated",
        "PrimaryPomReallocated",
        "CoworkingPomAllocated",
        "PrimaryPomDeallocated",
        "CoworkingPomDeallocated",
    ];
    assert_eq!(told, expected);
    assert_eq!(timeline["totalCount"], 7);
}

#[tokio::test]
async fn a_socket_and_server_sent_events_tell_of_each_change_and_go_on_where_one_left_off() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    let homd = stage.allocator();
    let from_the_start = "subscription { allocationChanged(prison: \"LEI\", after: \"0\") {
        position kind version allocation { version primaryPom { staffId } } } }";
    let mut socket = Socket::connect(&stage, &homd).await;
    socket.subscribe("1", from_the_start).await;
    let mut events = Events::open(&stage, &homd, from_the_start).await;
    stage.allocate(SAM, ANN).await;
    let (by_socket, by_events) = (socket.next().await, events.next().await);
    assert_eq!(by_socket, by_events);
    let change = &by_socket["data"]["allocationChanged"];
    assert_eq!(
        (&change["kind"], &change["version"]),
        (&json!("ALLOCATE_PRIMARY_POM"), &json!(1))
    );
    assert_eq!(
        change["allocation"]["primaryPom"]["staffId"], ANN,
        "readable with the change"
    );
    drop((socket, events));

    stage.allocate(SAM, EVE).await;
    let seen = change["position"].as_str().unwrap();
    let go_on = format!(
        "subscription {{ allocationChanged(nomsNumber: \"{SAM}\", after: \"{seen}\") {{ kind version }} }}"
    );
    let mut socket = Socket::connect(&stage, &homd).await;
    socket.subscribe("2", &go_on).await;
    let mut events = Events::open(&stage, &homd, &go_on).await;
    let expected = json!({ "kind": "REALLOCATE_PRIMARY_POM", "version": 2 });
    assert_eq!(socket.next().await["data"]["allocationChanged"], expected);
    assert_eq!(events.next().await["data"]["allocationChanged"], expected);
}

#[tokio::test]
async fn a_subscription_shows_nothing_of_other_prisons_and_nothing_without_a_token() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    stage.allocate(SAM, ANN).await;
    let moorland = stage.token(&["ROLE_ALLOC_MGR"], &["MDI"]);
    let mut socket = Socket::connect(&stage, &moorland).await;
    socket
        .subscribe(
            "theirs",
            "subscription { allocationChanged(after: \"0\") { prison } }",
        )
        .await;
    socket
        .subscribe(
            "ours",
            "subscription { allocationChanged(prison: \"LEI\", after: \"0\") { prison } }",
        )
        .await;
    let refused = socket.hear().await.unwrap();
    assert_eq!(refused["id"], "ours", "{refused}");
    let errors = if refused["type"] == "error" {
        &refused["payload"]
    } else {
        &refused["payload"]["errors"]
    };
    assert_eq!(errors[0]["extensions"]["code"], "FORBIDDEN", "{refused}");

    tests::people::observe(
        stage.bus(),
        "A0009AA",
        "MDI",
        domain::LegalStatus::Sentenced,
        None,
    )
    .await;
    tests::people::inform(stage.bus(), "A0009AA").await;
    let input = json!({ "nomsNumber": "A0009AA", "prison": "MDI", "staffId": FAY });
    stage.change(&moorland, tests::documents::ALLOCATE, input).await;
    let told = loop {
        let told = socket.hear().await.unwrap();
        if told["id"] == "theirs" {
            break told;
        }
    };
    assert_eq!(
        told["payload"]["data"]["allocationChanged"],
        json!({ "prison": "MDI" })
    );

    for init in [json!({}), json!({ "Authorization": "Bearer forged" })] {
        let mut stranger = Socket::open(&stage, init).await;
        assert_eq!(stranger.hear().await, None, "closed without a word");
    }
}
