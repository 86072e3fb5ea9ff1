//! People change upstream, and what is shown follows: a POM's name and address, and where a prisoner is.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use tests::{
    Stage, eventually,
    people::{self, ANN, EVE},
};

const SAM: &str = "A1234BC";
const TOM: &str = "B2345CD";

fn members(value: &Value) -> serde_json::Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[tokio::test]
async fn a_poms_new_name_and_address_are_shown_wherever_they_have_a_case() {
    let stage = Stage::start().await;
    for noms in [SAM, TOM] {
        stage.prisoner(noms).await;
    }
    stage.allocate(SAM, ANN).await;
    let married = json!({ "firstName": "ANN", "lastName": "MARRIED", "primaryEmail": "ann.married@justice.gov.invalid" });
    stage
        .simulator
        .change_staff(ANN.try_into().unwrap(), members(&married));
    // Another case puts her before the service's eyes.
    stage.allocate(TOM, ANN).await;
    let consumer = stage.consumer();
    for noms in [SAM, TOM] {
        let path = format!("/api/allocation/{noms}/primary_pom");
        let manager = eventually("the new name is shown", async || {
            let manager = stage.get(&path, Some(&consumer)).await.json()["manager"].clone();
            (manager["surname"] == "MARRIED").then_some(manager)
        });
        let manager = manager.await;
        assert_eq!(manager["email"], "ann.married@justice.gov.invalid", "{manager}");
    }
    let head = stage.head().await;
    stage.allocate(TOM, EVE).await;
    stage.allocate(SAM, EVE).await;
    assert_eq!(
        stage.head().await.get(),
        head.get() + 2,
        "who is as before, or unknown upstream, is not observed"
    );
}

#[tokio::test]
async fn a_release_from_just_before_the_allocation_ends_it_when_the_prisoner_is_gone() {
    let stage = Stage::start().await;
    let left_at = Utc::now() - TimeDelta::seconds(2);
    for noms in [SAM, TOM] {
        stage.prisoner(noms).await;
        stage.allocate(noms, ANN).await;
    }
    let somebody = json!({ "firstName": "A", "lastName": "B", "dateOfBirth": "1980-01-01" });
    for (noms, prison) in [(SAM, "OUT"), (TOM, "LEI")] {
        let mut document = members(&somebody);
        document.insert("prisonId".to_owned(), json!(prison));
        stage.simulator.change_prisoner(people::number(noms), document);
        let message = json!({
            "occurredAt": left_at,
            "additionalInformation": { "nomsNumber": noms, "prisonId": "LEI", "reason": "RELEASED" },
            "personReference": { "identifiers": [
                { "type": "PNC", "value": null }, { "type": "NOMS", "value": noms }
            ] },
        });
        let kind = json!({ "Type": "String", "Value": "prisoner-offender-search.prisoner.released" });
        let notification = json!({
            "MessageId": format!("released-{noms}"),
            "Message": message.to_string(),
            "MessageAttributes": { "eventType": kind },
        });
        stage.send_inbound(&notification.to_string()).await;
    }
    eventually("both are dealt with", async || {
        (stage.inbound_left().await == (0, 0)).then_some(())
    })
    .await;
    let status = async |noms: &str| {
        let path = format!("/api/allocation/{noms}");
        stage.get(&path, Some(&stage.consumer())).await.status.as_u16()
    };
    assert_eq!((status(SAM).await, status(TOM).await), (404, 200));
    assert_eq!(stage.inbound_parked().await, 0);
}
