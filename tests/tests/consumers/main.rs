//! What consumers make of our messages and answers: models of two of them converge, whatever arrives twice or out of
//! order, and the contract is kept to the letter.

mod addresses;
mod contract;
mod inbound;
mod models;

use std::collections::BTreeSet;

use models::{cas2::Cas2, delius::Delius};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::{Value, json};
use tests::{
    Delivery, Stage, contracts,
    documents::DEALLOCATE,
    people::{ANN, EVE},
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
