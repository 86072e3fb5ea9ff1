//! Allocating a case, as the people who do it see it: what is done, what is refused and why, and who sees it when.

use domain::LegalStatus;
use serde_json::{Value, json};
use tests::{
    Answered, Stage,
    documents::{ADD_COWORKING, ALLOCATE, DEALLOCATE, REMOVE_COWORKING, WHO},
    people::{self, ANN, BOB, CAT, DAN, EVE, FAY, NOBODY},
};
use uuid::Uuid;

const SAM: &str = "A1234BC";

/// Asks for Sam at Leeds, with more or other members than usual.
fn ask(staff: i64, more: Value) -> Value {
    let mut input = json!({ "nomsNumber": SAM, "prison": "LEI", "staffId": staff });
    let Value::Object(more) = more else { return input };
    input.as_object_mut().unwrap().extend(more);
    input
}

/// The code of the refusal that a payload holds, and the member at fault.
fn refusal(payload: &Value) -> (&str, Value) {
    assert_eq!(payload["allocation"], Value::Null, "{payload}");
    let error = &payload["userErrors"][0];
    assert!(
        error["message"].as_str().is_some_and(|text| !text.is_empty()),
        "{payload}"
    );
    (error["code"].as_str().unwrap_or("done"), error["field"].clone())
}

#[tokio::test]
async fn a_case_is_allocated_reallocated_shared_and_given_up() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    let homd = stage.allocator();

    let first = stage.allocate(SAM, ANN).await;
    assert_eq!(first["version"], 1);
    assert_eq!(
        first["allocation"],
        json!({ "version": 1, "state": "PRIMARY", "prison": "LEI", "overrideReasons": [], "recommendedPomType": "PRO",
            "lastEvent": "ALLOCATE_PRIMARY_POM", "lastTrigger": "USER", "coworkingPom": null,
            "primaryPom": { "staffId": ANN, "name": "Ann Pom", "position": "PRO" } })
    );

    let overridden = ask(BOB, json!({ "overrideReasons": ["CONTINUITY", "NO_STAFF"] }));
    let second = stage.change(&homd, ALLOCATE, overridden).await;
    assert_eq!(second["allocation"]["primaryPom"]["staffId"], BOB);
    assert_eq!(
        second["allocation"]["overrideReasons"],
        json!(["NO_STAFF", "CONTINUITY"])
    );
    assert_eq!(second["allocation"]["lastEvent"], "REALLOCATE_PRIMARY_POM");

    let shared = stage
        .change(&homd, ADD_COWORKING, ask(EVE, json!({ "note": "please" })))
        .await;
    assert_eq!(shared["allocation"]["state"], "PRIMARY_AND_COWORKING");
    assert_eq!(
        shared["allocation"]["coworkingPom"],
        json!({ "staffId": EVE, "name": "Eve Pom" })
    );

    let alone = stage
        .change(&homd, REMOVE_COWORKING, json!({ "nomsNumber": SAM }))
        .await;
    assert_eq!(alone["allocation"]["state"], "PRIMARY");
    assert_eq!(alone["allocation"]["lastEvent"], "DEALLOCATE_SECONDARY_POM");

    stage.change(&homd, ADD_COWORKING, ask(EVE, Value::Null)).await;
    let over = json!({ "nomsNumber": SAM, "reason": "allocated by mistake" });
    let ended = stage.change(&stage.administrator(), DEALLOCATE, over).await;
    assert_eq!(ended["allocation"]["state"], "ENDED");
    assert_eq!(ended["allocation"]["lastTrigger"], "MANUAL_CHANGE");
    assert_eq!(ended["allocation"]["coworkingPom"], Value::Null);
}

#[tokio::test]
async fn every_refusal_of_an_allocation_has_its_code_and_names_the_field() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    people::observe(stage.bus(), "A0001AA", "LEI", LegalStatus::Sentenced, None).await;
    people::observe(stage.bus(), "A0002AA", "MDI", LegalStatus::Sentenced, None).await;
    people::observe(stage.bus(), "A0003AA", "LEI", LegalStatus::Remand, None).await;
    let homd = stage.allocator();
    let long = "x".repeat(176);
    let other = |noms: &str| ask(ANN, json!({ "nomsNumber": noms }));
    for (input, code, field) in [
        (ask(CAT, Value::Null), "POM_NOT_AVAILABLE", Some("staffId")),
        (ask(DAN, Value::Null), "POM_NOT_AVAILABLE", Some("staffId")),
        (ask(FAY, Value::Null), "POM_NOT_AVAILABLE", Some("staffId")),
        (ask(999, Value::Null), "POM_NOT_AVAILABLE", Some("staffId")),
        (
            ask(BOB, Value::Null),
            "OVERRIDE_REASON_REQUIRED",
            Some("overrideReasons"),
        ),
        (
            ask(BOB, json!({ "overrideReasons": [] })),
            "OVERRIDE_REASON_REQUIRED",
            Some("overrideReasons"),
        ),
        (
            ask(
                BOB,
                json!({ "overrideReasons": ["SUITABILITY"], "suitabilityDetail": "  " }),
            ),
            "SUITABILITY_DETAIL_REQUIRED",
            Some("suitabilityDetail"),
        ),
        (
            ask(BOB, json!({ "overrideReasons": ["OTHER"] })),
            "OTHER_DETAIL_REQUIRED",
            Some("otherDetail"),
        ),
        (
            ask(BOB, json!({ "overrideReasons": ["OTHER"], "otherDetail": long })),
            "DETAIL_TOO_LONG",
            Some("otherDetail"),
        ),
        (
            ask(
                BOB,
                json!({ "overrideReasons": ["SUITABILITY"], "suitabilityDetail": long }),
            ),
            "DETAIL_TOO_LONG",
            Some("suitabilityDetail"),
        ),
        (other("A0001AA"), "INFORMATION_MISSING", None),
        (other("A0002AA"), "PRISONER_NOT_AT_PRISON", Some("prison")),
        (other("A0003AA"), "OUTSIDE_OMIC_POLICY", None),
        (other(NOBODY), "PRISONER_NOT_FOUND", Some("nomsNumber")),
        (
            ask(ANN, json!({ "expectedVersion": 7 })),
            "VERSION_CONFLICT",
            Some("expectedVersion"),
        ),
    ] {
        let payload = stage.change(&homd, ALLOCATE, input.clone()).await;
        let field = field.map_or(Value::Null, |field| json!(["input", field]));
        assert_eq!(refusal(&payload), (code, field), "{input}");
    }
    let who = stage.data(&homd, WHO, json!({ "noms": SAM })).await;
    assert_eq!(who["allocation"], Value::Null, "a refusal changes nothing");
}

#[tokio::test]
async fn coworking_and_removal_are_refused_where_there_is_nobody() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    let (homd, administrator) = (stage.allocator(), stage.administrator());
    let remove = json!({ "nomsNumber": SAM });
    let over = json!({ "nomsNumber": SAM, "reason": "a mistake" });

    let payload = stage.change(&homd, ADD_COWORKING, ask(EVE, Value::Null)).await;
    assert_eq!(refusal(&payload), ("NO_PRIMARY_POM", Value::Null));
    let elsewhere = stage.token(&["ROLE_ALLOC_MGR"], &["MDI"]);
    let told_nothing = json!({ "input": remove });
    let answered = stage
        .graphql(&elsewhere, REMOVE_COWORKING, told_nothing.clone())
        .await;
    assert_eq!(
        answered["errors"][0]["extensions"]["code"], "FORBIDDEN",
        "never allocated"
    );
    for noms in [SAM, NOBODY] {
        let at_moorland = json!({ "nomsNumber": noms, "prison": "MDI" });
        let payload = stage.change(&elsewhere, REMOVE_COWORKING, at_moorland).await;
        assert_eq!(
            refusal(&payload),
            ("PRISONER_NOT_AT_PRISON", json!(["input", "prison"])),
            "whether somebody elsewhere was ever allocated, or is known, is not told: {noms}"
        );
    }
    let payload = stage.change(&administrator, DEALLOCATE, over.clone()).await;
    assert_eq!(refusal(&payload), ("NOTHING_TO_DEALLOCATE", Value::Null));

    stage.allocate(SAM, ANN).await;
    let same = stage.change(&homd, ADD_COWORKING, ask(ANN, Value::Null)).await;
    assert_eq!(refusal(&same), ("SAME_AS_COWORKING", json!(["input", "staffId"])));
    let again = stage.change(&homd, ALLOCATE, ask(ANN, Value::Null)).await;
    assert_eq!(
        refusal(&again),
        ("POM_NOT_AVAILABLE", json!(["input", "staffId"]))
    );
    let answered = stage.graphql(&elsewhere, REMOVE_COWORKING, told_nothing).await;
    assert_eq!(
        answered["errors"][0]["extensions"]["code"], "FORBIDDEN",
        "allocated"
    );
    let payload = stage.change(&homd, REMOVE_COWORKING, remove).await;
    assert_eq!(refusal(&payload), ("NOTHING_TO_DEALLOCATE", Value::Null));
    let elsewhere = json!({ "nomsNumber": SAM, "prison": "MDI", "reason": "a mistake" });
    let payload = stage.change(&administrator, DEALLOCATE, elsewhere).await;
    assert_eq!(
        refusal(&payload),
        ("PRISONER_NOT_AT_PRISON", json!(["input", "prison"]))
    );

    let wordless = json!({ "nomsNumber": SAM, "reason": " " });
    let answered = stage
        .graphql(&administrator, DEALLOCATE, json!({ "input": wordless }))
        .await;
    assert_eq!(answered["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}

#[tokio::test]
async fn what_was_written_can_be_read_at_once_and_as_it_was_before() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    let homd = stage.allocator();
    let before = chrono::Utc::now();
    stage.allocate(SAM, ANN).await;
    let between = recorded_last(&stage).await;
    let unread = stage
        .change(&homd, ALLOCATE, ask(EVE, json!({ "waitForReadModels": false })))
        .await;
    assert_eq!(
        unread["allocation"]["primaryPom"]["staffId"], EVE,
        "shown from the log itself"
    );

    let now = json!({ "noms": SAM, "minPosition": unread["position"] });
    let now = stage.data(&homd, WHO, now).await;
    assert_eq!(now["allocation"]["primaryPom"]["staffId"], EVE);
    let as_of = async |at: Value| stage.data(&homd, WHO, json!({ "noms": SAM, "asOf": at })).await;
    assert_eq!(
        as_of(json!(between)).await["allocation"]["primaryPom"]["staffId"],
        ANN
    );
    assert_eq!(as_of(json!(before)).await["allocation"], Value::Null);
    let history = "query ($noms: NomsNumber!, $asOf: DateTime) {
        allocation(nomsNumber: $noms, asOf: $asOf) { history { totalCount } } }";
    let length = async |at: &Value| {
        let asked = json!({ "noms": SAM, "asOf": at });
        let told = stage.data(&homd, history, asked).await;
        told["allocation"]["history"]["totalCount"].as_i64()
    };
    assert_eq!(
        length(&Value::Null).await.zip(length(&between).await),
        Some((4, 3)),
        "what happened later is not in the history as it was"
    );

    let beyond = json!({ "noms": SAM, "minPosition": "999999" });
    let answered = stage.graphql(&homd, WHO, beyond).await;
    let extensions = &answered["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "NOT_YET_PROJECTED");
    assert_eq!(
        (&extensions["wanted"], &extensions["retryAfterSeconds"]),
        (&json!("999999"), &json!(1))
    );
}

/// When the newest event was recorded.
async fn recorded_last(stage: &Stage) -> Value {
    let auditor = stage.client_token(&["ROLE_POM_ALLOCATIONS__AUDIT__RO"]);
    let before = stage.head().await.get().saturating_sub(1).to_string();
    let query = "query($after: Position) { events(after: $after) { edges { node { recordedAt } } } }";
    let data = stage.data(&auditor, query, json!({ "after": before })).await;
    data["events"]["edges"][0]["node"]["recordedAt"].clone()
}

#[tokio::test]
async fn the_same_request_twice_is_done_once() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    let (homd, id) = (stage.allocator(), Uuid::now_v7());
    let request = ask(ANN, json!({ "commandId": id, "expectedVersion": 0 }));
    let first = stage.change(&homd, ALLOCATE, request.clone()).await;
    let head = stage.head().await;
    let second = stage.change(&homd, ALLOCATE, request).await;
    assert_eq!(
        (&first["replayed"], &second["replayed"]),
        (&json!(false), &json!(true))
    );
    for member in ["position", "version", "allocation", "userErrors"] {
        assert_eq!(first[member], second[member], "{member}");
    }
    assert_eq!(stage.head().await, head, "one event");

    let other = stage
        .change(&homd, ALLOCATE, ask(EVE, json!({ "commandId": id })))
        .await;
    assert_eq!(
        refusal(&other),
        ("COMMAND_ID_REUSED", json!(["input", "commandId"]))
    );

    stage.allocate(SAM, EVE).await;
    let messages = stage.messages(2).await;
    let of = |n: usize| {
        (
            messages[n].version(),
            messages[n].information("staffCode").clone(),
        )
    };
    assert_eq!(
        [of(0), of(1)],
        [(1, json!(ANN)), (2, json!(EVE))],
        "one message each"
    );
}

#[tokio::test]
async fn the_idempotency_key_header_is_the_command_id() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    let (homd, id) = (stage.allocator(), Uuid::now_v7());
    let send = async |key: &str, input: Value| {
        let body = json!({ "query": ALLOCATE, "variables": { "input": input } });
        let request = stage
            .http()
            .post(stage.url("/graphql"))
            .bearer_auth(&homd)
            .json(&body);
        Answered::read(request.header("Idempotency-Key", key).send().await.unwrap()).await
    };
    let first = send(&id.to_string(), ask(ANN, Value::Null)).await.json();
    assert_eq!(first["data"]["change"]["replayed"], false, "{first}");
    let again = send(&id.to_string(), ask(ANN, json!({ "commandId": id })))
        .await
        .json();
    assert_eq!(again["data"]["change"]["replayed"], true, "{again}");
    let differs = send(&id.to_string(), ask(ANN, json!({ "commandId": Uuid::now_v7() })))
        .await
        .json();
    assert_eq!(differs["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    let malformed = send("seven", ask(EVE, Value::Null)).await;
    assert_eq!(malformed.status, 400);
    assert_eq!(
        malformed.json()["errors"][0]["extensions"]["code"],
        "BAD_USER_INPUT"
    );
}
