//! What tells of a prisoner is told under its own rule, whatever field, payload or node leads there.

use std::sync::Arc;

use commands::access::Role;
use graphql::Caller;
use serde_json::json;
use uuid::Uuid;

use crate::world::{ARRIVED, NOMS, OTHER_POM, POM, World, allocate, allocator, code};

const ALLOCATION_WITH_PAST: &str = "{ allocation(nomsNumber: \"A1234BC\") { state poms { name } history { totalCount edges { node { title } } } } }";

/// An allocator at a prison who has another role, too.
fn allocator_and(other: Role, prison: &str) -> Caller {
    let mut both = allocator(prison);
    Arc::make_mut(&mut both.principal).roles.insert(other);
    both
}

#[tokio::test]
async fn a_history_is_for_those_who_may_read_the_timeline_whichever_role_shows_them_the_allocation() {
    let world = World::new().await;
    world.allocated().await;
    for other in [Role::ReadAllocations, Role::Administrator] {
        let read = world
            .data(allocator_and(other, "MDI"), ALLOCATION_WITH_PAST)
            .await;
        let allocation = &read["allocation"];
        assert_eq!(allocation["state"], json!("PRIMARY"), "{other:?}");
        assert_eq!(
            allocation["history"],
            json!({"totalCount": 0, "edges": []}),
            "{other:?}"
        );

        let read = world
            .data(allocator_and(other, "LEI"), ALLOCATION_WITH_PAST)
            .await;
        assert_ne!(read["allocation"]["history"]["totalCount"], json!(0), "{other:?}");
    }
    let node =
        "{ node(id: \"QWxsb2NhdGlvbjpBMTIzNEJD\") { ... on Allocation { state history { totalCount } } } }";
    let read = world
        .data(allocator_and(Role::ReadAllocations, "MDI"), node)
        .await;
    assert_eq!(
        read["node"],
        json!({"state": "PRIMARY", "history": {"totalCount": 0}})
    );
}

#[tokio::test]
async fn an_administrators_payload_tells_no_history_of_a_prison_that_is_not_theirs() {
    let world = World::new().await;
    world.allocated().await;
    let change = "mutation { deallocatePrimaryPom(input: {nomsNumber: \"A1234BC\", reason: \"asked\"}) { allocation { state history { totalCount } } } }";
    let done = world
        .data(allocator_and(Role::Administrator, "MDI"), change)
        .await;
    assert_eq!(
        done["deallocatePrimaryPom"]["allocation"],
        json!({"state": "ENDED", "history": {"totalCount": 0}})
    );
}

#[tokio::test]
async fn a_replay_shows_the_allocation_only_to_those_who_may_see_it_now() {
    let world = World::new().await;
    world.onboarded("MDI", POM, "JANE").await;
    let id = Uuid::now_v7();
    for wait in [true, false] {
        let asked = allocate(NOMS, POM).replace(
            "staffId: ",
            &format!("commandId: \"{id}\", waitForReadModels: {wait}, staffId: "),
        );
        world.prisoner(NOMS, "LEI").await;
        let first = world.data(allocator("LEI"), &asked).await["allocatePrimaryPom"].clone();
        assert_ne!(first["allocation"], json!(null));

        world.prisoner(NOMS, "MDI").await;
        let there = allocate(NOMS, POM).replace("LEI", "MDI");
        let there = world.data(allocator("MDI"), &there).await;
        assert_eq!(there["allocatePrimaryPom"]["userErrors"], json!([]));
        let again = world.data(allocator("LEI"), &asked).await["allocatePrimaryPom"].clone();
        assert_eq!(
            (&again["replayed"], &again["position"], &again["version"]),
            (&json!(true), &first["position"], &first["version"])
        );
        assert_eq!(again["allocation"], json!(null), "it is Moorland's business now");
    }
}

#[tokio::test]
async fn a_replay_answers_the_version_of_then_and_its_allocation_says_its_own() {
    let world = World::new().await;
    let id = Uuid::now_v7();
    let asked = allocate(NOMS, POM).replace("staffId: ", &format!("commandId: \"{id}\", staffId: "));
    world.data(allocator("LEI"), &asked).await;
    world.data(allocator("LEI"), &allocate(NOMS, OTHER_POM)).await;
    let again = world.data(allocator("LEI"), &asked).await["allocatePrimaryPom"].clone();
    assert_eq!(
        (&again["version"], &again["allocation"]["version"]),
        (&json!(1), &json!(2))
    );
}

#[tokio::test]
async fn a_change_is_shown_from_the_log_to_those_who_may_see_it_while_read_models_stand_still() {
    let world = World::whose_read_models_stand_still().await;
    let asked = allocate(ARRIVED, POM).replace("staffId: ", "waitForReadModels: false, staffId: ");
    world.inform(ARRIVED, domain::Tier::C).await;
    let done = world.data(allocator("LEI"), &asked).await;
    assert_eq!(
        done["allocatePrimaryPom"]["allocation"]["state"],
        json!("PRIMARY")
    );
}

#[tokio::test]
async fn a_conflict_shows_the_present_allocation_to_those_who_may_see_it() {
    let world = World::new().await;
    world.onboarded("MDI", POM, "JANE").await;
    world.allocated().await;
    for wait in [true, false] {
        let outdated = allocate(NOMS, OTHER_POM).replace(
            "staffId: ",
            &format!("expectedVersion: 0, waitForReadModels: {wait}, staffId: "),
        );
        let refused = world.data(allocator("LEI"), &outdated).await["allocatePrimaryPom"].clone();
        assert_eq!(refused["userErrors"][0]["code"], json!("VERSION_CONFLICT"));
        assert_eq!(
            refused["allocation"],
            json!({"version": 1, "state": "PRIMARY", "primaryPom": {"name": "Jane Doe", "staffId": POM}})
        );
    }

    // Whose prisoner it is not learns from a conflict neither the allocation nor its version.
    let foreign = allocate(NOMS, POM)
        .replace("LEI", "MDI")
        .replace("staffId: ", "expectedVersion: 0, staffId: ");
    let refused = world.ask(allocator("MDI"), &foreign).await;
    assert_eq!(code(&refused), "no error");
    let refused = &refused["data"]["allocatePrimaryPom"];
    assert_eq!(refused["userErrors"][0]["code"], json!("PRISONER_NOT_AT_PRISON"));
    assert_eq!(refused["allocation"], json!(null));
}
