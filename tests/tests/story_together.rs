//! Several at once: the same request is done once, and of two different ones that rest on the same version one wins.

use serde_json::json;
use tests::{
    Stage,
    documents::{ALLOCATE, WHO},
    people::{ANN, EVE},
};
use uuid::Uuid;

const SAM: &str = "A1234BC";

#[tokio::test]
async fn the_same_request_many_times_at_once_is_done_once() {
    let stage = Stage::start().await;
    stage.prisoner(SAM).await;
    let homd = stage.allocator();
    for staff in [ANN, EVE, ANN, EVE] {
        let head = stage.head().await;
        let request =
            json!({ "nomsNumber": SAM, "prison": "LEI", "staffId": staff, "commandId": Uuid::now_v7() });
        let answers = (0..8).map(|_| stage.change(&homd, ALLOCATE, request.clone()));
        let answers = futures::future::join_all(answers).await;
        assert!(
            answers
                .iter()
                .all(|answer| answer["position"] == answers[0]["position"]),
            "{answers:?}"
        );
        let first = answers
            .iter()
            .filter(|answer| answer["replayed"] == false)
            .count();
        assert_eq!(first, 1, "{answers:?}");
        assert_eq!(stage.head().await.get(), head.get() + 1);
    }
}

#[tokio::test]
async fn of_two_allocators_at_once_one_wins() {
    let stage = Stage::start().await;
    let homd = stage.allocator();
    for n in 0..10 {
        let noms = format!("A{n:04}AA");
        stage.prisoner(&noms).await;
        let try_with = |staff| {
            let input =
                json!({ "nomsNumber": noms, "prison": "LEI", "staffId": staff, "expectedVersion": 0 });
            stage.change(&homd, ALLOCATE, input)
        };
        let (one, two) = tokio::join!(try_with(ANN), try_with(EVE));
        let (won, lost) = if one["userErrors"] == json!([]) {
            (one, two)
        } else {
            (two, one)
        };
        assert_eq!(won["version"], 1, "{won}");
        assert_eq!(lost["userErrors"][0]["code"], "VERSION_CONFLICT", "{lost}");
        let who = stage.data(&homd, WHO, json!({ "noms": noms })).await;
        assert_eq!(
            who["allocation"]["primaryPom"],
            json!({
            "staffId": won["allocation"]["primaryPom"]["staffId"], "name": won["allocation"]["primaryPom"]["name"] })
        );
    }
}
