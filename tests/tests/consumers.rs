//! What consumers make of our messages and answers: models of two of them converge, whatever arrives twice or out of
//! order, and the contract is kept to the letter.

mod models;

use std::collections::BTreeSet;

use commands::{Request, access::Principal};
use domain::{LegalStatus, allocation::AllocationEvent, allocation::RemovalReason};
use models::{Envelope, cas2::Cas2, delius::Delius};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::{Value, json};
use tests::{
    Delivery, Stage, contracts,
    documents::{ADD_COWORKING, DEALLOCATE},
    people::{self, ANN, EVE},
};

const SAM: &str = "A1234BC";
const SEED: u64 = 20_260_901;

async fn deallocate(stage: &Stage, noms: &str) {
    let input = json!({ "nomsNumber": noms, "reason": "a mistake" });
    stage.change(&stage.administrator(), DEALLOCATE, input).await;
}

/// A message such as another service's event makes a consumer invent: our type and address, before we said anything.
fn before_anything(stage: &Stage, noms: &str) -> Delivery {
    let kind = "offender-management.allocation.changed";
    let message = json!({ "eventType": kind, "version": 1, "occurredAt": "2023-05-08T13:25:19.102Z",
        "detailUrl": stage.url(&format!("/api/allocation/{noms}/primary_pom")),
        "personReference": { "identifiers": [{ "type": "NOMS", "value": noms }] } });
    let notification = json!({ "Type": "Notification", "Message": message.to_string(),
        "MessageAttributes": { "eventType": { "Type": "String", "Value": kind } } });
    Delivery {
        notification,
        message,
    }
}

#[tokio::test]
async fn delius_makes_of_each_message_what_it_expects() {
    for expectations in contracts::versions_of("manage-pom-cases-and-delius/expectations.json") {
        let stage = Stage::start().await;
        stage.prisoner(SAM).await;
        let mut delius = Delius::default();
        let mut compared = 0;
        for step in expectations["steps"].as_array().unwrap() {
            let delivery = match step["message"].as_str().unwrap() {
                "message-not-yet-allocated.json" => before_anything(&stage, SAM),
                "message-new-allocation.json" => {
                    after(&stage, async || drop(stage.allocate(SAM, ANN).await)).await
                }
                "message-reallocation.json" => {
                    after(&stage, async || drop(stage.allocate(SAM, EVE).await)).await
                }
                "message-deallocation.json" => after(&stage, async || deallocate(&stage, SAM).await).await,
                handover if handover.contains("handover") => continue,
                other => panic!("a step that this test does not know: {other}"),
            };
            assert_eq!(
                delius.hear(&stage, &delivery).await,
                step["telemetry"].as_str().unwrap(),
                "{step}"
            );
            compared += 1;
        }
        assert_eq!(compared, 4);
        let pom = |name: &str| Some(format!("{name} POM at LEI"));
        assert_eq!(delius.history(SAM), [pom("ANN"), pom("EVE"), None]);
    }
}

/// The message that a change sends.
async fn after(stage: &Stage, change: impl AsyncFnOnce()) -> Delivery {
    change().await;
    stage.next_message().await
}

#[tokio::test]
async fn cas2_makes_of_each_message_what_it_expects() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    stage.allocate(SAM, ANN).await;
    let allocated = stage.next_message().await;
    for expectations in contracts::versions_of("cas2-approved-premises/expectations.json") {
        let scenarios = expectations["scenarios"].as_array().unwrap();
        assert_eq!(scenarios.len(), 5);
        for scenario in scenarios {
            let mut delivery = allocated.clone();
            let mut cas2 = Cas2::with("MDI", None, &[ANN, EVE]);
            match scenario["name"].as_str().unwrap() {
                "location event first (LIV to LON), then allocation" => cas2.moved("LEI"),
                "allocation first, no location event" => {}
                "new POM, same prison" => cas2 = Cas2::with("LEI", Some(EVE), &[ANN, EVE]),
                "POM unknown to CAS2" => cas2.users.clear(),
                "eventType not in filter" => {
                    delivery.notification["MessageAttributes"]["eventType"]["Value"] = json!("another.type");
                }
                other => panic!("a scenario that this test does not know: {other}"),
            }
            let processed = cas2.hear(&stage, &delivery).await;
            assert_eq!(
                json!(processed),
                *scenario.get("processed").unwrap_or(&json!(true)),
                "{scenario}"
            );
            let expect = |member: &str, found: Value| {
                if let Some(expected) = scenario.get(member) {
                    assert_eq!(found, *expected, "{member} of {scenario}");
                }
            };
            expect("assignmentRows", json!(cas2.assignments.len()));
            expect("currentPomSet", json!(cas2.now().pom == Some(ANN)));
            expect(
                "currentPrison",
                json!(if cas2.now().prison == "LEI" { "LON" } else { "LIV" }),
            );
            expect("emails", json!(cas2.emails));
            expect("lookups", json!(cas2.lookups));
            expect("userCreated", json!(cas2.users.contains(&ANN)));
        }
    }
}

#[tokio::test]
async fn both_converge_whatever_arrives_twice_or_out_of_order() {
    let stage = Stage::start().await;
    let noms = ["A0001AA", "A0002AA", "A0003AA"];
    for one in noms {
        stage.prisoner(one).await;
        for staff in [ANN, EVE, ANN] {
            stage.allocate(one, staff).await;
        }
    }
    deallocate(&stage, noms[1]).await;
    let told = stage.messages(10).await;
    let mut dice = StdRng::seed_from_u64(SEED);
    for round in 0..8 {
        let mut shuffled: Vec<_> = told.iter().chain(&told).collect();
        shuffled.shuffle(&mut dice);
        let mut delius = Delius::default();
        let mut cas2 = noms.map(|_| Cas2::with("MDI", None, &[ANN, EVE]));
        for delivery in shuffled {
            delius.hear(&stage, delivery).await;
            let whose = noms.iter().position(|one| *one == delivery.noms()).unwrap();
            assert!(cas2[whose].hear(&stage, delivery).await);
        }
        let expected = [
            Some("ANN POM at LEI".to_owned()),
            None,
            Some("ANN POM at LEI".to_owned()),
        ];
        assert_eq!(
            noms.map(|one| delius.manager(one)),
            expected,
            "seed {SEED}, round {round}"
        );
        assert_eq!(delius.known(), BTreeSet::from(noms));
        // A removal alone never clears a POM there: that is for the news of the move.
        let poms = cas2.each_ref().map(|one| one.now().pom);
        assert_eq!(poms, [Some(ANN), None, Some(ANN)], "seed {SEED}, round {round}");
    }
}

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
        let malformed = stage.get("/api/allocation/a1234bc", Some(&consumer)).await;
        assert_eq!(
            malformed.body,
            r#"{"status":"error","message":"Not ready for allocation"}"#
        );
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
    use event_store::{AppendRequest, Expected, Log, Metadata, NewEvent, StreamWrite};
    let event = AllocationEvent::PrimaryPomDeallocated {
        staff_id: ANN.try_into().unwrap(),
        reason: RemovalReason::PomInactive,
        note: None,
    };
    let stream = commands::StreamsOf::allocation(people::number(noms));
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
        subject: commands::StreamsOf::subject(&stream),
        stream,
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

#[tokio::test]
async fn what_other_services_send_takes_effect_or_is_acknowledged() {
    let stage = Stage::start().await;
    let mut left = Vec::new();
    for (file, notification) in contracts::inbound() {
        let message: Value = serde_json::from_str(notification["Message"].as_str().unwrap()).unwrap();
        let information = &message["additionalInformation"];
        if message["eventType"] == "prisoner-offender-search.prisoner.released" {
            let (noms, prison) = (
                information["nomsNumber"].as_str().unwrap(),
                information["prisonId"].as_str().unwrap(),
            );
            let leaves_at: chrono::DateTime<chrono::Utc> =
                message["occurredAt"].as_str().unwrap().parse().unwrap();
            let ends = ["RELEASED", "TRANSFERRED"].contains(&information["reason"].as_str().unwrap());
            allocated_before(&stage, noms, prison, leaves_at).await;
            left.push((noms.to_owned(), ends));
        }
        stage.send_inbound(&notification.to_string()).await;
        let dead = tests::eventually(&format!("{file} is dealt with"), async || {
            let (waiting, dead) = stage.inbound_left().await;
            (waiting == 0).then_some(dead)
        });
        assert_eq!(dead.await, 0, "{file} ended among the dead letters");
    }
    assert!(left.iter().any(|(_, ends)| *ends) && left.iter().any(|(_, ends)| !ends));
    let consumer = stage.consumer();
    for (noms, ends) in left {
        let answered = stage
            .get(&format!("/api/allocation/{noms}"), Some(&consumer))
            .await;
        assert_eq!(
            answered.status.as_u16(),
            if ends { 404 } else { 200 },
            "{noms}: {}",
            answered.body
        );
    }
}

/// Someone whose case was allocated at a prison before they left it.
async fn allocated_before(stage: &Stage, noms: &str, prison: &str, leaves_at: chrono::DateTime<chrono::Utc>) {
    let (code, staff) = (people::prison(prison), domain::StaffId::try_from(ANN).unwrap());
    let pom = people::onboard(prison, ANN, "ANN");
    let request = Request::new(pom, Principal::system("stage"));
    drop(stage.bus().execute(request).await);
    let when = leaves_at - chrono::TimeDelta::days(1);
    people::observe(stage.bus(), noms, prison, LegalStatus::Sentenced, Some(when)).await;
    people::inform(stage.bus(), noms).await;
    people::send(
        stage.bus(),
        people::primary(people::number(noms), code, staff),
        Some(when),
    )
    .await;
}
