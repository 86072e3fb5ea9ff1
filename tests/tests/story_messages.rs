//! What other services are told: the message itself, when it is sent, and that calling back never shows an older state.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::LegalStatus;
use serde_json::{Value, json};
use tests::{
    Answered, Delivery, Stage,
    documents::{ADD_COWORKING, ALLOCATE, DEALLOCATE, REMOVE_COWORKING},
    people::{self, ANN, EVE, FAY},
};
use uuid::Uuid;

const SAM: &str = "A1234BC";

fn members(object: &Value) -> BTreeSet<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

async fn deallocate(stage: &Stage, noms: &str) {
    let input = json!({ "nomsNumber": noms, "reason": "a mistake" });
    let payload = stage.change(&stage.administrator(), DEALLOCATE, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload}");
}

/// The state that a message's link shows to a consumer now.
async fn shown(stage: &Stage, delivery: &Delivery, url: &Value) -> Answered {
    stage
        .get(&delivery.path(stage.base(), url), Some(&stage.consumer()))
        .await
}

#[tokio::test]
async fn the_message_is_the_envelope_that_consumers_read() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    let correlation = Uuid::now_v7();
    let input = json!({ "nomsNumber": SAM, "prison": "LEI", "staffId": ANN });
    let body = json!({ "query": ALLOCATE, "variables": { "input": input } });
    let request = stage
        .http()
        .post(stage.url("/graphql"))
        .bearer_auth(stage.allocator());
    let request = request
        .header("X-Correlation-Id", correlation.to_string())
        .json(&body);
    let done = Answered::read(request.send().await.unwrap()).await.json();
    let delivery = stage.next_message().await;

    let message = &delivery.message;
    let information = &message["additionalInformation"];
    let detail_url = stage.url("/api/allocation/A1234BC/primary_pom");
    let expected = json!({
        "eventType": "offender-management.allocation.changed",
        "version": 1,
        "description": "A POM allocation has changed",
        "detailUrl": detail_url,
        "occurredAt": message["occurredAt"],
        "personReference": { "identifiers": [{ "type": "NOMS", "value": SAM }] },
        "additionalInformation": {
            "staffCode": ANN, "prisonId": "LEI", "eventTrigger": "user", "changeKind": "primary-allocated",
            "aggregateVersion": 1, "correlationId": correlation, "causationId": null,
            "stateUrl": format!("{detail_url}?version=1"),
            "globalPosition": done["data"]["change"]["position"].as_str().unwrap().parse::<u64>().unwrap(),
            "eventId": information["eventId"], "digest": information["digest"],
            "recordedAt": information["recordedAt"],
        },
    });
    assert_eq!(*message, expected);
    let event_id: Uuid = information["eventId"].as_str().unwrap().parse().unwrap();
    assert_eq!(event_id.get_version_num(), 7);
    let digest = information["digest"]
        .as_str()
        .unwrap()
        .strip_prefix("sha256:")
        .unwrap();
    assert!(
        digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{digest}"
    );
    for instant in [&message["occurredAt"], &information["recordedAt"]] {
        let text = instant.as_str().unwrap();
        assert!(
            text.len() == "2026-01-15T09:00:00.000000Z".len() && text.ends_with('Z'),
            "{text}"
        );
        assert!(DateTime::parse_from_rfc3339(text).is_ok(), "{text}");
    }

    let attributes = &delivery.notification["MessageAttributes"];
    assert_eq!(
        members(attributes),
        BTreeSet::from(["aggregateVersion", "eventId", "eventType", "traceparent"])
    );
    assert!(
        attributes
            .as_object()
            .unwrap()
            .values()
            .all(|attribute| attribute["Type"] == "String")
    );
    assert_eq!(delivery.attribute("eventType"), message["eventType"].as_str());
    assert_eq!(delivery.attribute("eventId"), information["eventId"].as_str());
    assert_eq!(delivery.attribute("aggregateVersion"), Some("1"));
    let traceparent = delivery.attribute("traceparent").unwrap();
    assert!(
        traceparent.starts_with(&format!("00-{}-", correlation.simple())),
        "{traceparent}"
    );
}

#[tokio::test]
async fn a_removal_keeps_the_key_without_a_value_and_names_the_old_prison() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    stage.allocate(SAM, ANN).await;
    stage.allocate(SAM, EVE).await;
    deallocate(&stage, SAM).await;
    let told = stage.messages(3).await;
    let kinds: Vec<_> = told
        .iter()
        .map(|one| one.information("changeKind").as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        ["primary-allocated", "primary-reallocated", "primary-deallocated"]
    );
    let removed = &told[2];
    assert_eq!(
        removed.message["additionalInformation"].get("staffCode"),
        Some(&Value::Null)
    );
    assert_eq!(removed.information("prisonId"), "LEI");
    assert_eq!(removed.information("eventTrigger"), "manual_change");
    for one in &told {
        assert!(
            one.message["additionalInformation"]
                .as_object()
                .unwrap()
                .values()
                .all(|v| !v.is_object() && !v.is_array())
        );
        assert_eq!(
            members(&one.message["additionalInformation"]),
            members(&removed.message["additionalInformation"])
        );
    }
}

#[tokio::test]
async fn times_go_up_and_numbers_have_no_gap_even_when_the_clock_stands_still() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    let noon: DateTime<Utc> = Utc::now() - TimeDelta::hours(1);
    for (staff, at) in [
        (ANN, noon),
        (EVE, noon),
        (ANN, noon - TimeDelta::minutes(5)),
        (EVE, noon),
    ] {
        let (noms, staff) = (people::number(SAM), staff.try_into().unwrap());
        people::send(
            stage.bus(),
            people::primary(noms, people::prison("LEI"), staff),
            Some(at),
        )
        .await;
    }
    let told = stage.messages(4).await;
    let numbers: Vec<_> = told.iter().map(Delivery::version).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert!(
        told.windows(2)
            .all(|two| two[0].occurred_at() < two[1].occurred_at()),
        "{told:?}"
    );
}

#[tokio::test]
async fn the_state_link_shows_the_state_of_its_message_for_ever() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    stage.allocate(SAM, ANN).await;
    stage.allocate(SAM, EVE).await;
    deallocate(&stage, SAM).await;
    let told = stage.messages(3).await;
    for (one, staff) in told.iter().zip([ANN, EVE]) {
        let then = shown(&stage, one, one.information("stateUrl")).await;
        assert_eq!(
            (then.status.as_u16(), then.header("x-aggregate-version")),
            (200, &*one.version().to_string())
        );
        assert_eq!(then.json()["manager"]["code"], staff);
    }
    let then = shown(&stage, &told[2], told[2].information("stateUrl")).await;
    assert_eq!(
        (then.status.as_u16(), &*then.body),
        (404, r#"{"status":"error","message":"Not allocated"}"#)
    );

    let consumer = stage.consumer();
    let at = async |version: &str| {
        let path = format!("/api/allocation/{SAM}/primary_pom?version={version}");
        stage.get(&path, Some(&consumer)).await
    };
    let unknown = at("4").await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.header("retry-after")),
        (503, "1"),
        "it may be on its way"
    );
    assert_eq!(unknown.json()["status"], "error");
    assert_eq!(at("0").await.json()["message"], "Not ready for allocation");
    for malformed in ["first", "-1", "1.5", "99999999999999999999"] {
        let refused = at(malformed).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.json()["status"]),
            (400, &json!("error")),
            "{malformed}"
        );
    }
}

#[tokio::test]
async fn what_is_no_change_of_the_primary_pom_is_not_told() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    let (homd, id) = (stage.allocator(), Uuid::now_v7());
    let first = json!({ "nomsNumber": SAM, "prison": "LEI", "staffId": ANN, "commandId": id });
    stage.change(&homd, ALLOCATE, first.clone()).await;
    let coworking = json!({ "nomsNumber": SAM, "prison": "LEI", "staffId": EVE });
    for _ in 0..2 {
        let payload = stage.change(&homd, ADD_COWORKING, coworking.clone()).await;
        assert_eq!(payload["allocation"]["coworkingPom"]["staffId"], EVE);
    }
    let head = stage.head().await;
    stage.change(&homd, ADD_COWORKING, coworking).await;
    stage.change(&homd, ALLOCATE, first).await;
    stage.prisoner(SAM).await;
    assert_eq!(stage.head().await, head, "nothing new is nothing recorded");
    stage
        .change(&homd, REMOVE_COWORKING, json!({ "nomsNumber": SAM }))
        .await;
    stage.allocate(SAM, EVE).await;
    let told: Vec<_> = stage
        .messages(2)
        .await
        .iter()
        .map(|one| one.information("staffCode").clone())
        .collect();
    assert_eq!(told, [ANN, EVE]);
}

#[tokio::test]
async fn an_allocation_before_news_of_the_move_is_one_message_with_one_state() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    stage.allocate(SAM, ANN).await;
    let yesterday = Utc::now() - TimeDelta::days(1);
    people::observe(stage.bus(), SAM, "MDI", LegalStatus::Sentenced, Some(yesterday)).await;
    let moorland = stage.token(&["ROLE_ALLOC_MGR"], &["MDI"]);
    let input = json!({ "nomsNumber": SAM, "prison": "MDI", "staffId": FAY });
    let payload = stage.change(&moorland, ALLOCATE, input).await;
    assert_eq!(
        payload["version"], 3,
        "the old term ended and the new one began: {payload}"
    );
    deallocate(&stage, SAM).await;
    let told = stage.messages(3).await;
    let numbers: Vec<_> = told.iter().map(Delivery::version).collect();
    assert_eq!(numbers, [1, 2, 3]);
    assert_eq!(
        (told[1].information("prisonId"), told[1].information("staffCode")),
        (&json!("MDI"), &json!(FAY))
    );
    assert_eq!(told[1].information("changeKind"), "primary-allocated");
    for (one, staff, prison) in [(&told[0], ANN, "LEI"), (&told[1], FAY, "MDI")] {
        let then = shown(&stage, one, one.information("stateUrl")).await.json();
        assert_eq!(
            (&then["manager"]["code"], &then["prison"]["code"]),
            (&json!(staff), &json!(prison))
        );
    }
}
