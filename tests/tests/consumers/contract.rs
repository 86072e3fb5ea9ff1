//! The contract is kept to the letter.

use commands::{Request, access::Principal, stream_id};
use domain::{
    Streamed,
    allocation::{Allocation, AllocationEvent, RemovalReason},
};
use event_store::{AppendRequest, Expected, Log, Metadata, NewEvent, StreamWrite};
use serde_json::{Value, json};
use tests::{
    Stage, contracts,
    documents::ADD_COWORKING,
    people::{self, ANN, EVE},
};

use super::{SAM, deallocate, models::Envelope};

#[tokio::test]
async fn answers_have_the_members_that_consumers_read() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    let path = format!("/api/allocation/{SAM}/primary_pom");
    let consumer = stage.consumer();
    let stages = ["0-not-ready", "1", "3-deallocated"];
    for (n, name) in stages.into_iter().enumerate() {
        match n {
            0 => {}
            1 => drop(stage.allocate(SAM, ANN).await),
            _ => deallocate(&stage, SAM).await,
        }
        let answered = stage.get(&path, Some(&consumer)).await;
        assert_eq!(answered.header("content-type"), "application/json");
        for sample in contracts::versions_of(&format!(
            "manage-pom-cases-and-delius/response-allocation-{name}.json"
        )) {
            let expected = &sample["response"];
            assert_eq!(answered.status.as_u16(), expected["status"], "{name}");
            if n == 1 {
                assert_same_members(&answered.json(), &expected["body"]);
            } else {
                assert_eq!(answered.json(), expected["body"], "consumers act on these words");
            }
        }
    }
}

fn assert_same_members(answer: &Value, sample: &Value) {
    for (name, value) in sample.as_object().unwrap() {
        match value {
            Value::Object(_) => assert_same_members(&answer[name], value),
            _ => assert!(
                answer[name].is_string() == value.is_string(),
                "{name} in {answer}"
            ),
        }
    }
}

#[tokio::test]
async fn the_contract_is_answered_to_the_letter() {
    for contract in contracts::versions_of("moic-self/api-contract.json") {
        let stage = Stage::start().await;
        let consumer = stage.consumer();
        let rows = contract["truthTable"].as_array().unwrap();
        assert_eq!(rows.len(), 5);
        for (n, row) in rows.iter().enumerate() {
            let noms = format!("A{n:04}AA");
            bring_about(&stage, &noms, row).await;
            let answered = stage
                .get(&format!("/api/allocation/{noms}"), Some(&consumer))
                .await;
            let expected = match row["/api/allocation"].as_str().unwrap() {
                "200, secondary_pom {}" => {
                    r#"{"primary_pom":{"staff_id":101,"name":"POM, ANN"},"secondary_pom":{}}"#
                }
                "200, both" => concat!(
                    r#"{"primary_pom":{"staff_id":101,"name":"POM, ANN"},"#,
                    r#""secondary_pom":{"staff_id":105,"name":"POM, EVE"}}"#
                ),
                "404 Not ready for allocation" => {
                    r#"{"status":"error","message":"Not ready for allocation"}"#
                }
                "404 Not allocated" => r#"{"status":"error","message":"Not allocated"}"#,
                other => panic!("an answer that this test does not know: {other}"),
            };
            assert_eq!(answered.body, expected, "{row}");
            assert_eq!(
                answered.status.as_str(),
                row["/api/allocation"].as_str().unwrap()[..3].to_owned()
            );
            assert_eq!(answered.header("content-type"), "application/json");
            assert_eq!(answered.header("x-robots-tag"), "noindex, nofollow");
            let manager = stage
                .get(&format!("/api/allocation/{noms}/primary_pom"), Some(&consumer))
                .await;
            let body = r#"{"manager":{"code":101,"forename":"ANN","surname":"POM","email":"ann@justice.gov.invalid"},"prison":{"code":"LEI"}}"#;
            let expected = if answered.status == 200 {
                body
            } else {
                &answered.body
            };
            assert_eq!(
                (manager.status, &*manager.body),
                (answered.status, expected),
                "{row}"
            );
        }
        assert_eq!(
            stage.get("/api", Some(&consumer)).await.body,
            r#"{"status":"ok"}"#
        );
        let stranger = stage.get("/api", None).await;
        assert_eq!(stranger.status, 401);
        assert_eq!(
            stranger.body,
            r#"{"status":"error","message":"Valid authorisation token required"}"#
        );
    }
}

/// Makes a row of the truth table true for someone.
async fn bring_about(stage: &Stage, noms: &str, row: &Value) {
    stage.prisoner(noms).await;
    if row["record"] == "none" {
        return;
    }
    stage.allocate(noms, ANN).await;
    if row["secondary"] == "set" {
        let input = json!({ "nomsNumber": noms, "prison": "LEI", "staffId": EVE });
        stage.change(&stage.allocator(), ADD_COWORKING, input).await;
    }
    match (&row["primary"], &row["secondary"]) {
        (Value::Null, Value::Null) => deallocate(stage, noms).await,
        (Value::Null, _) => take_primary_alone(stage, noms).await,
        _ => {}
    }
}

/// Records that the primary POM is gone and the co-working POM stays, which data taken over from elsewhere may say.
async fn take_primary_alone(stage: &Stage, noms: &str) {
    let event = AllocationEvent::PrimaryPomDeallocated {
        staff_id: ANN.try_into().unwrap(),
        prison: Some(people::prison("LEI")),
        reason: RemovalReason::PomInactive,
        note: None,
    };
    let stream = Allocation::stream(people::number(noms));
    let command_id = uuid::Uuid::now_v7();
    let metadata = Metadata {
        command_id,
        operation: "import".to_owned(),
        correlation_id: command_id,
        causation_id: None,
        actor: Principal::system("import").actor,
        occurred_at: chrono::Utc::now(),
        prison: None,
        policy: None,
    };
    let write = StreamWrite {
        subject: stream.data_subject().to_string(),
        stream: stream_id(stream),
        expected: Expected::Any,
        events: vec![NewEvent {
            event_id: command_id,
            event_type: "PrimaryPomDeallocated".to_owned(),
            schema_version: 1,
            payload: serde_json::to_value(&event).unwrap(),
        }],
    };
    let (request_hash, announcements) = ([0; 32], Vec::new());
    let request = AppendRequest {
        command_id,
        request_hash,
        metadata,
        writes: vec![write],
        announcements,
    };
    stage.service().log().append(request).await.unwrap();
}

#[tokio::test]
async fn a_read_model_that_lags_says_so_and_never_that_there_is_nothing() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    let head = stage.head().await;
    stage
        .service()
        .models
        .reached(head, tests::waiting::PATIENCE)
        .await
        .unwrap();
    let pool = sqlx::PgPool::connect(stage.database_url()).await.unwrap();
    let mut standstill = pool.begin().await.unwrap();
    let nobody_writes = "lock table es.projection in share row exclusive mode";
    sqlx::query(nobody_writes)
        .execute(&mut *standstill)
        .await
        .unwrap();
    let allocated = people::primary(
        people::number(SAM),
        people::prison("LEI"),
        ANN.try_into().unwrap(),
    );
    stage
        .bus()
        .execute(Request::new(allocated, Principal::system("stage")))
        .await
        .unwrap();

    let consumer = stage.consumer();
    for path in [
        format!("/api/allocation/{SAM}"),
        format!("/api/allocation/{SAM}/primary_pom"),
    ] {
        let lagging = stage.get(&path, Some(&consumer)).await;
        assert_eq!(
            (lagging.status.as_u16(), lagging.header("retry-after")),
            (503, "1"),
            "{}",
            lagging.body
        );
        assert_eq!(lagging.json()["status"], "error");
    }
    standstill.rollback().await.unwrap();
    let told = stage.next_message().await;
    let answered = Envelope::read(&told).details(&stage).await;
    assert_eq!(
        (answered.status.as_u16(), &answered.json()["manager"]["code"]),
        (200, &json!(ANN))
    );
}
