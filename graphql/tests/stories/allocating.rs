//! Changing an allocation: what is answered and what is refused.

use commands::access::Role;
use domain::Tier;
use serde_json::json;

use crate::world::{ARRIVED, NOMS, OTHER_POM, POM, World, allocate, allocator, caller, inform};

#[tokio::test]
async fn an_allocation_is_answered_with_what_readers_then_see() {
    let world = World::new().await;
    let payload = &world.allocated().await["allocatePrimaryPom"];
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(payload["replayed"], json!(false));
    assert_eq!(payload["position"], json!(world.head().await.to_string()));
    assert_eq!(
        payload["allocation"],
        json!({"version": 1, "state": "PRIMARY", "primaryPom": {"name": "Jane Doe", "staffId": POM}})
    );
    let read = world
        .data(
            allocator("LEI"),
            "{ case(nomsNumber: \"A1234BC\") { bucket allocation { state } } }",
        )
        .await;
    assert_eq!(
        read["case"],
        json!({"bucket": "ALLOCATED", "allocation": {"state": "PRIMARY"}})
    );
}

#[tokio::test]
async fn whoever_was_last_seen_elsewhere_is_looked_up() {
    let world = World::new().await;
    world.prisoner(ARRIVED, "MDI").await;
    let payload = &world.data(allocator("LEI"), &allocate(ARRIVED, POM)).await["allocatePrimaryPom"];
    assert_eq!(payload["userErrors"], json!([]));
    let question = "{ case(nomsNumber: \"A7654EE\") { prison bucket } }";
    let read = world.data(allocator("LEI"), question).await;
    assert_eq!(read["case"], json!({"prison": "LEI", "bucket": "ALLOCATED"}));

    world.prisoner("A7654FF", "MDI").await;
    let payload = &world.data(allocator("LEI"), &allocate("A7654FF", POM)).await["allocatePrimaryPom"];
    assert_eq!(payload["userErrors"][0]["code"], "PRISONER_NOT_AT_PRISON");
}

#[tokio::test]
async fn a_refusal_of_an_outdated_request_says_that_it_is_outdated() {
    let world = World::new().await;
    world.allocated().await;
    let again = allocate(NOMS, POM).replace("prison:", "expectedVersion: 0, prison:");
    let payload = &world.data(allocator("LEI"), &again).await["allocatePrimaryPom"];
    assert_eq!(payload["userErrors"][0]["code"], "VERSION_CONFLICT");
}

#[tokio::test]
async fn a_reallocation_and_a_coworking_pom_are_told_apart() {
    let world = World::new().await;
    world.allocated().await;
    let moved = world.data(allocator("LEI"), &allocate(NOMS, OTHER_POM)).await;
    assert_eq!(moved["allocatePrimaryPom"]["version"], json!(2));
    let joined = world
        .data(
            allocator("LEI"),
            "mutation { allocateCoworkingPom(input: {nomsNumber: \"A1234BC\", prison: \"LEI\", staffId: 485926, note: \"hello\"}) {
                userErrors { code } allocation { state coworkingPom { name } lastEvent lastTrigger poms { name until } } } }",
        )
        .await;
    assert_eq!(
        joined["allocateCoworkingPom"],
        json!({"userErrors": [], "allocation": {
            "state": "PRIMARY_AND_COWORKING", "coworkingPom": {"name": "Jane Doe"},
            "lastEvent": "ALLOCATE_SECONDARY_POM", "lastTrigger": "USER",
            "poms": [{"name": "Jane Doe", "until": joined["allocateCoworkingPom"]["allocation"]["poms"][0]["until"]},
                     {"name": "John Doe", "until": null}]}})
    );
    let gone = world
        .data(
            allocator("LEI"),
            "mutation { deallocateCoworkingPom(input: {nomsNumber: \"A1234BC\"}) { allocation { state } } }",
        )
        .await;
    assert_eq!(
        gone["deallocateCoworkingPom"]["allocation"]["state"],
        json!("PRIMARY")
    );
}

#[tokio::test]
async fn nothing_personal_is_recorded_about_someone_who_was_erased() {
    let world = World::new().await;
    let keyring = world.log.keyring();
    keyring.erase(NOMS, "retention period over").await.unwrap();
    let ask = "mutation { allocatePrimaryPom(input: {
        nomsNumber: \"A1234BC\", prison: \"LEI\", staffId: 485926, note: \"hello\"}) {
        position userErrors { code message field } } }";
    let remembered = world.data(allocator("LEI"), ask).await;
    let world = world.restarted();
    let read_again = world.data(allocator("LEI"), ask).await;
    for refused in [remembered, read_again] {
        assert_eq!(
            refused["allocatePrimaryPom"],
            json!({"position": null, "userErrors": [{
                "code": "PERSON_ERASED",
                "message": "This person's data was erased: nothing personal about them can be recorded any more",
                "field": ["input", "nomsNumber"]}]})
        );
    }
}

#[tokio::test]
async fn an_erasure_is_not_told_to_another_prison() {
    let world = World::new().await;
    let elsewhere = allocate(NOMS, POM).replace("LEI", "MDI");
    world.onboarded("MDI", POM, "JANE").await;
    let before = world.data(allocator("MDI"), &elsewhere).await;
    world
        .log
        .keyring()
        .erase(NOMS, "retention period over")
        .await
        .unwrap();
    let after = world.restarted().data(allocator("MDI"), &elsewhere).await;
    assert_eq!(after, before);
    assert_eq!(
        after["allocatePrimaryPom"]["userErrors"][0]["code"],
        "PRISONER_NOT_AT_PRISON"
    );
}

#[tokio::test]
async fn an_allocation_rests_on_what_another_replica_recorded_since() {
    let world = World::new().await;
    world.allocated().await;
    // A prison POM for this tier is against the recommendation, which takes a reason.
    inform(&world.another_replica().await, NOMS, Tier::A).await;
    let refused = world.data(allocator("LEI"), &allocate(NOMS, OTHER_POM)).await;
    let errors = &refused["allocatePrimaryPom"]["userErrors"];
    assert_eq!(errors[0]["code"], "OVERRIDE_REASON_REQUIRED", "{errors}");
}

#[tokio::test]
async fn an_administrator_takes_everybody_off_with_a_reason() {
    let world = World::new().await;
    world.allocated().await;
    let remove = |reason: &str| {
        format!(
            "mutation {{ deallocatePrimaryPom(input: {{nomsNumber: \"A1234BC\", reason: \"{reason}\"}}) {{ allocation {{ state lastTrigger }} }} }}"
        )
    };
    let administrator = || caller(Role::Administrator, None);
    assert_eq!(world.code(administrator(), &remove("  ")).await, "BAD_USER_INPUT");
    assert_eq!(
        world.code(allocator("LEI"), &remove("mistake")).await,
        "FORBIDDEN"
    );
    let gone = world.data(administrator(), &remove("mistake")).await;
    assert_eq!(
        gone["deallocatePrimaryPom"]["allocation"],
        json!({"state": "ENDED", "lastTrigger": "MANUAL_CHANGE"})
    );
}

#[tokio::test]
async fn a_refusal_is_data_with_the_input_at_fault() {
    let world = World::new().await;
    let refused = world.data(allocator("LEI"), &allocate(NOMS, 1)).await;
    let payload = &refused["allocatePrimaryPom"];
    assert_eq!(payload["allocation"], json!(null));
    assert_eq!(payload["position"], json!(null));
    assert_eq!(
        payload["userErrors"],
        json!([{"code": "POM_NOT_AVAILABLE", "field": ["input", "staffId"],
                "message": "Choose a POM from the available list to allocate this case."}])
    );
    let unknown = world.data(allocator("LEI"), &allocate("Z9999ZZ", POM)).await;
    assert_eq!(
        unknown["allocatePrimaryPom"]["userErrors"][0]["code"],
        json!("PRISONER_NOT_FOUND")
    );
}

#[tokio::test]
async fn someone_elses_change_is_a_conflict() {
    let world = World::new().await;
    world.allocated().await;
    let stale = allocate(NOMS, OTHER_POM).replace("staffId: ", "expectedVersion: 0, staffId: ");
    let refused = world.data(allocator("LEI"), &stale).await;
    assert_eq!(
        refused["allocatePrimaryPom"]["userErrors"][0]["code"],
        json!("VERSION_CONFLICT")
    );
    let negative = allocate(NOMS, OTHER_POM).replace("staffId: ", "expectedVersion: -1, staffId: ");
    assert_eq!(world.code(allocator("LEI"), &negative).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn what_is_recorded_is_answered_even_while_the_read_models_stand_still() {
    let world = World::whose_read_models_stand_still().await;
    for waiting in ["", "waitForReadModels: false, "] {
        let staff = if waiting.is_empty() { POM } else { OTHER_POM };
        let asked = allocate(NOMS, staff).replace("staffId: ", &format!("{waiting}staffId: "));
        let payload = world.data(allocator("LEI"), &asked).await;
        assert_eq!(payload["allocatePrimaryPom"]["userErrors"], json!([]));
        assert_eq!(
            payload["allocatePrimaryPom"]["allocation"]["primaryPom"]["staffId"],
            json!(staff)
        );
    }
}

#[tokio::test]
async fn a_refusal_in_the_usual_words_says_which_cause_it_has() {
    let world = World::new().await;
    world.allocated().await;
    let reason = |staff: i32| allocate(NOMS, staff).replace("userErrors {", "userErrors { reason");
    for (staff, told) in [(POM, "POM_HAS_CASE"), (999_999, "POM_UNKNOWN_AT_PRISON")] {
        let refused = world.data(allocator("LEI"), &reason(staff)).await;
        let error = &refused["allocatePrimaryPom"]["userErrors"][0];
        assert_eq!(
            (&error["code"], &error["reason"]),
            (&json!("POM_NOT_AVAILABLE"), &json!(told))
        );
        assert_eq!(
            error["message"],
            json!("Choose a POM from the available list to allocate this case.")
        );
    }
}
