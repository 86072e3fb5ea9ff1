//! What other services send takes effect, or is at least acknowledged.

use chrono::{DateTime, TimeDelta, Utc};
use commands::{Request, access::Principal};
use domain::{LegalStatus, StaffId};
use serde_json::{Value, json};
use tests::{
    Stage, contracts, eventually,
    people::{self, ANN},
};

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
            let leaves_at: DateTime<Utc> = message["occurredAt"].as_str().unwrap().parse().unwrap();
            let ends = ["RELEASED", "TRANSFERRED"].contains(&information["reason"].as_str().unwrap());
            allocated_before(&stage, noms, prison, leaves_at).await;
            left.push((noms.to_owned(), ends));
        }
        stage.send_inbound(&notification.to_string()).await;
        let what = format!("{file} is dealt with");
        let dead = eventually(&what, async || {
            let (waiting, dead) = stage.inbound_left().await;
            (waiting == 0).then_some(dead)
        });
        assert_eq!(dead.await, 0, "{file} ended among the dead letters");
        assert_eq!(stage.inbound_parked().await, 0, "{file} is not understood");
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

#[tokio::test]
async fn a_release_delivered_again_does_not_end_the_next_stay() {
    let stage = Stage::start().await;
    let noms = "A4321CB";
    stage.prisoner(noms).await;
    stage.allocate(noms, ANN).await;
    let released = |id: &str, left_at: DateTime<Utc>| {
        let message = json!({ "occurredAt": left_at, "additionalInformation":
            { "nomsNumber": noms, "prisonId": "LEI", "reason": "RELEASED" } });
        let kind = json!({ "Type": "String", "Value": "prisoner-offender-search.prisoner.released" });
        json!({ "MessageId": id, "Message": message.to_string(), "MessageAttributes": { "eventType": kind } })
            .to_string()
    };
    let left_at = Utc::now();
    stage.send_inbound(&released("first", left_at)).await;
    assert_eq!(
        stage.messages(2).await[1].information("eventTrigger"),
        "offender_released"
    );
    stage.prisoner(noms).await;
    stage.allocate(noms, ANN).await;
    assert_eq!(stage.next_message().await.version(), 3);

    stage.send_inbound(&released("first", left_at)).await;
    stage.send_inbound(&released("again", left_at)).await;
    let dead = eventually("both are dealt with", async || {
        let (waiting, dead) = stage.inbound_left().await;
        (waiting == 0).then_some(dead)
    });
    assert_eq!(dead.await, 0);
    let answered = stage
        .get(&format!("/api/allocation/{noms}"), Some(&stage.consumer()))
        .await;
    assert_eq!(answered.status, 200, "{}", answered.body);
}

/// Someone whose case was allocated at a prison before they left it.
async fn allocated_before(stage: &Stage, noms: &str, prison: &str, leaves_at: DateTime<Utc>) {
    let (code, staff) = (people::prison(prison), StaffId::try_from(ANN).unwrap());
    let pom = people::onboard(prison, ANN, "ANN");
    let request = Request::new(pom, Principal::system("stage"));
    drop(stage.bus().execute(request).await);
    let when = leaves_at - TimeDelta::days(1);
    people::observe(stage.bus(), noms, prison, LegalStatus::Sentenced, Some(when)).await;
    people::inform(stage.bus(), noms).await;
    people::send(
        stage.bus(),
        people::primary(people::number(noms), code, staff),
        Some(when),
    )
    .await;
}
