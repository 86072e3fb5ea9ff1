//! A POM who becomes inactive: their cases need another POM, and everybody who has to know is told.

use commands::operations::ChangePomProfile;
use domain::{PomStatus, WorkingPattern};
use serde_json::{Value, json};
use tests::{
    Stage,
    documents::{ADD_COWORKING, ALLOCATE, WHO},
    eventually,
    people::{self, ANN, EVE},
};

const SAM: &str = "A1234BC";
const TOM: &str = "B2345CD";
const LOU: &str = "C3456DE";

async fn become_inactive(stage: &Stage, staff: i64) {
    let away = ChangePomProfile {
        prison: people::prison("LEI"),
        staff: staff.try_into().unwrap(),
        working_pattern: WorkingPattern::FULL_TIME,
        status: PomStatus::Inactive,
    };
    people::send(stage.bus(), away, None).await;
}

/// Who has a case now.
async fn who(stage: &Stage, noms: &str) -> Value {
    let variables = json!({ "noms": noms });
    let mut data = stage.data(&stage.allocator(), WHO, variables).await;
    data["allocation"].take()
}

#[tokio::test]
async fn the_cases_of_a_pom_who_becomes_inactive_need_another_one_and_consumers_are_told() {
    let stage = Stage::start().await;
    for (noms, staff) in [(SAM, ANN), (TOM, ANN), (LOU, EVE)] {
        stage.prisoner(noms).await;
        stage.allocate(noms, staff).await;
    }
    let input = json!({ "nomsNumber": LOU, "prison": "LEI", "staffId": ANN });
    let joined = stage.change(&stage.allocator(), ADD_COWORKING, input).await;
    assert_eq!(joined["userErrors"], json!([]), "{joined}");
    stage.messages(3).await;

    become_inactive(&stage, ANN).await;
    let mut told = stage.messages(2).await;
    told.sort_by_key(|message| message.noms().to_owned());
    for (message, noms) in told.iter().zip([SAM, TOM]) {
        assert_eq!(message.noms(), noms);
        assert_eq!(message.information("staffCode"), &Value::Null);
        assert_eq!(message.information("prisonId"), "LEI");
        assert_eq!(message.information("eventTrigger"), "inactive_pom");
        assert_eq!(message.information("changeKind"), "primary-deallocated");
        let path = format!("/api/allocation/{noms}/primary_pom");
        let shown = stage.get(&path, Some(&stage.consumer())).await;
        assert_eq!(shown.status.as_u16(), 404, "{}", shown.body);
        assert_eq!(who(&stage, noms).await["primaryPom"], Value::Null);
    }
    let lou = eventually("the co-working POM is gone", async || {
        let lou = who(&stage, LOU).await;
        (lou["coworkingPom"] == Value::Null).then_some(lou)
    });
    assert_eq!(lou.await["primaryPom"]["staffId"], EVE);
}

#[tokio::test]
async fn no_case_that_is_allocated_at_the_same_moment_stays_with_an_inactive_pom() {
    let stage = Stage::start().await;
    let prisoners: Vec<String> = (0..12).map(|n| format!("K{n:04}RA")).collect();
    for noms in &prisoners {
        stage.prisoner(noms).await;
    }
    let allocator = stage.allocator();
    let allocate = async |noms: &String| {
        let input = json!({ "nomsNumber": noms, "prison": "LEI", "staffId": ANN });
        stage.change(&allocator, ALLOCATE, input).await
    };
    let allocating = futures::future::join_all(prisoners.iter().map(allocate));
    tokio::join!(allocating, become_inactive(&stage, ANN));

    eventually("nobody is Ann's", async || {
        for noms in &prisoners {
            if who(&stage, noms).await["primaryPom"] != Value::Null {
                return None;
            }
        }
        Some(())
    })
    .await;
    let input = json!({ "nomsNumber": prisoners[0], "prison": "LEI", "staffId": ANN });
    let refused = stage.change(&allocator, ALLOCATE, input).await;
    assert_eq!(refused["userErrors"][0]["code"], "POM_NOT_AVAILABLE", "{refused}");
}
