//! A request that is sent again is answered as it was the first time.

use graphql::{Caller, IdempotencyKey};
use serde_json::json;
use uuid::Uuid;

use crate::world::{NOMS, OTHER_POM, POM, UNREACHABLE, World, allocate, allocator};

fn with_key(key: Uuid) -> Caller {
    Caller {
        idempotency_key: Some(IdempotencyKey(key)),
        ..allocator("LEI")
    }
}

#[tokio::test]
async fn the_same_request_twice_is_done_once() {
    let world = World::new().await;
    let key = Uuid::now_v7();
    let first = world.data(with_key(key), &allocate(NOMS, POM)).await;
    let again = world.data(with_key(key), &allocate(NOMS, POM)).await;
    assert_eq!(first["allocatePrimaryPom"]["replayed"], json!(false));
    assert_eq!(again["allocatePrimaryPom"]["replayed"], json!(true));
    assert_eq!(
        again["allocatePrimaryPom"]["position"],
        first["allocatePrimaryPom"]["position"]
    );
    let other = world.data(with_key(key), &allocate(NOMS, OTHER_POM)).await;
    assert_eq!(
        other["allocatePrimaryPom"]["userErrors"][0]["code"],
        json!("COMMAND_ID_REUSED")
    );
}

#[tokio::test]
async fn a_request_that_changed_nothing_changes_nothing_when_it_comes_again_late() {
    let world = World::new().await;
    world.allocated().await;
    let join = format!(
        "mutation {{ allocateCoworkingPom(input: {{nomsNumber: \"A1234BC\", prison: \"LEI\", staffId: {OTHER_POM}}}) {{
            position replayed userErrors {{ code }} allocation {{ state }} }} }}"
    );
    let leave =
        "mutation { deallocateCoworkingPom(input: {nomsNumber: \"A1234BC\"}) { allocation { state } } }";
    let key = Uuid::now_v7();
    world.data(allocator("LEI"), &join).await;
    for expected in ["PRIMARY_AND_COWORKING", "PRIMARY"] {
        let answer = world.data(with_key(key), &join).await;
        assert_eq!(
            answer["allocateCoworkingPom"],
            json!({"position": null, "replayed": false, "userErrors": [], "allocation": {"state": expected}})
        );
        world.data(allocator("LEI"), leave).await;
    }
    let other = world.data(with_key(key), &allocate(NOMS, OTHER_POM)).await;
    assert_eq!(
        other["allocatePrimaryPom"]["userErrors"][0]["code"],
        json!("COMMAND_ID_REUSED")
    );
}

#[tokio::test]
async fn the_header_and_the_command_id_are_the_same_thing() {
    let world = World::new().await;
    let (key, another) = (Uuid::now_v7(), Uuid::now_v7());
    let named =
        |id: Uuid| allocate(NOMS, POM).replace("staffId: ", &format!("commandId: \"{id}\", staffId: "));
    assert_eq!(world.code(with_key(key), &named(another)).await, "BAD_USER_INPUT");
    world.data(with_key(key), &named(key)).await;
    let again = world.data(allocator("LEI"), &named(key)).await;
    assert_eq!(again["allocatePrimaryPom"]["replayed"], json!(true));
}

#[tokio::test]
async fn a_key_does_not_stand_for_two_changes() {
    let world = World::new().await;
    let change = |name: &str, staff: i32| {
        format!(
            "{name}: allocatePrimaryPom(input: {{nomsNumber: \"A1234BC\", prison: \"LEI\", staffId: {staff}}}) {{ replayed }}"
        )
    };
    let (one, other) = (change("one", POM), change("other", OTHER_POM));
    let head = world.head().await;
    for several in [
        format!("mutation {{ {one} {other} }}"),
        format!("mutation {{ {one} ...Other }} fragment Other on Mutation {{ {other} }}"),
        format!("mutation {{ ... on Mutation {{ {one} {other} }} }}"),
    ] {
        let refused = world.code(with_key(Uuid::now_v7()), &several).await;
        assert_eq!(refused, "BAD_USER_INPUT", "{several}");
    }
    assert_eq!(world.head().await, head);

    // The same change twice under one name is one change.
    let one_change =
        format!("mutation {{ __typename {one} ...Again }} fragment Again on Mutation {{ {one} }}");
    let done = world.data(with_key(Uuid::now_v7()), &one_change).await;
    assert_eq!(
        done,
        json!({"__typename": "Mutation", "one": {"replayed": false}})
    );
}

#[tokio::test]
async fn a_repeated_request_needs_no_fact_that_cannot_be_had_now() {
    let world = World::new().await;
    world.prisoner(UNREACHABLE, "LEI").await;
    let key = Uuid::now_v7();
    let asked = allocate(UNREACHABLE, POM);
    let first = world.data(with_key(key), &asked).await;
    world.prisoner(UNREACHABLE, "MDI").await;
    assert_eq!(world.code(with_key(Uuid::now_v7()), &asked).await, "OVERLOADED");
    let again = world.data(with_key(key), &asked).await;
    assert_eq!(again["allocatePrimaryPom"]["replayed"], json!(true));
    assert_eq!(
        again["allocatePrimaryPom"]["position"],
        first["allocatePrimaryPom"]["position"]
    );
}

#[tokio::test]
async fn a_repeated_request_is_answered_though_the_case_is_another_prisons_by_now() {
    let world = World::new().await;
    world.onboarded("MDI", POM, "JANE").await;
    world.allocated().await;
    let key = Uuid::now_v7();
    let joins = "mutation { allocateCoworkingPom(input: {nomsNumber: \"A1234BC\", prison: \"LEI\", staffId: 485927}) { replayed } }";
    world.data(allocator("LEI"), joins).await;
    let leaves = "mutation { deallocateCoworkingPom(input: {nomsNumber: \"A1234BC\"}) { replayed } }";
    let first = world.data(with_key(key), leaves).await;
    assert_eq!(first["deallocateCoworkingPom"]["replayed"], json!(false));

    world.prisoner(NOMS, "MDI").await;
    let there = allocate(NOMS, POM).replace("LEI", "MDI");
    world.data(allocator("MDI"), &there).await;
    assert_eq!(world.code(with_key(Uuid::now_v7()), leaves).await, "FORBIDDEN");
    let again = world.data(with_key(key), leaves).await;
    assert_eq!(again["deallocateCoworkingPom"]["replayed"], json!(true));
}
