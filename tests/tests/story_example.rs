//! The example that the local profile prints is one that works, whatever has become of the last one.

use chrono::Utc;
use commands::operations::{Departure, RecordDeparture};
use domain::london_date;
use serde_json::{Value, json};
use server::local::Example;
use tests::{
    Stage,
    documents::ADD_COWORKING,
    people::{self, ANN, EVE},
};

const SAM: &str = "A1234BC";
const KIM: &str = "A0001AA";

/// Pastes the example: whose case it is, and who has it then.
async fn paste(stage: &Stage) -> (String, Value) {
    let head = stage.head().await;
    let models = &stage.service().models;
    models.reached(head, tests::waiting::PATIENCE).await.unwrap();
    let example = Example::find(models, london_date(Utc::now())).await.unwrap();
    let data = stage
        .data(&stage.allocator(), &example.mutation(), json!({}))
        .await;
    let payload = &data["allocatePrimaryPom"];
    assert_eq!(payload["userErrors"], json!([]), "{payload}");
    (example.noms.to_string(), json!(example.staff.get()))
}

#[tokio::test]
async fn whoever_has_a_part_in_the_case_is_not_proposed_for_it() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    assert_eq!(paste(&stage).await, (SAM.to_owned(), json!(ANN)));
    assert_eq!(paste(&stage).await, (SAM.to_owned(), json!(EVE)));

    stage.prisoner(KIM).await;
    let shared = json!({ "nomsNumber": SAM, "prison": "LEI", "staffId": ANN });
    let payload = stage.change(&stage.allocator(), ADD_COWORKING, shared).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload}");
    assert_eq!(paste(&stage).await, (KIM.to_owned(), json!(ANN)));
}

#[tokio::test]
async fn the_case_of_somebody_who_left_is_not_proposed() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    stage.prisoner(KIM).await;
    let left = RecordDeparture {
        noms: people::number(SAM),
        from_prison: people::prison("LEI"),
        left_at: Utc::now(),
        departure: Departure::Release,
    };
    people::send(stage.bus(), left, None).await;
    assert_eq!(paste(&stage).await, (KIM.to_owned(), json!(ANN)));
}
