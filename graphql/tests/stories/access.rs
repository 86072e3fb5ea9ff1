//! Who is let in, who is not, and that whoever is not learns nothing.

use std::sync::Arc;

use commands::access::Role;
use domain::StaffId;
use graphql::{Caller, MayIntrospect};
use serde_json::json;

use crate::world::{NOMS, POM, World, allocate, allocator, caller, code};

/// One request for each root field that a query can name.
const READS: [&str; 9] = [
    "{ prison(code: \"LEI\") { id } }",
    "{ allocation(nomsNumber: \"A1234BC\") { id } }",
    "{ case(nomsNumber: \"A1234BC\") { id } }",
    "{ cases(prison: \"LEI\", bucket: ALLOCATED) { totalCount } }",
    "{ pom(prison: \"LEI\", staffId: 485926) { id } }",
    "{ poms(prison: \"LEI\") { id } }",
    "{ timeline(nomsNumber: \"A1234BC\") { totalCount } }",
    "{ events { totalCount } }",
    "{ node(id: \"Q2FzZTpBMTIzNEJD\") { id } }",
];

#[tokio::test]
async fn a_role_that_may_read_nothing_reads_nothing() {
    let world = World::new().await;
    for query in READS {
        assert_eq!(
            world.code(caller(Role::QueueAdmin, Some("LEI")), query).await,
            "FORBIDDEN",
            "{query}"
        );
    }
    assert_eq!(
        world
            .code(caller(Role::QueueAdmin, Some("LEI")), &allocate(NOMS, POM))
            .await,
        "FORBIDDEN"
    );
}

#[tokio::test]
async fn people_at_another_prison_are_refused_the_prison_and_do_not_know_the_prisoner() {
    let world = World::new().await;
    world.allocated().await;
    let elsewhere = || allocator("MDI");
    for query in [READS[0], READS[3], READS[4], READS[5]] {
        assert_eq!(world.code(elsewhere(), query).await, "FORBIDDEN", "{query}");
    }
    let query = "{ allocation(nomsNumber: \"A1234BC\") { id } case(nomsNumber: \"A1234BC\") { id } timeline(nomsNumber: \"A1234BC\") { totalCount } node(id: \"Q2FzZTpBMTIzNEJD\") { id } }";
    let known = world.data(elsewhere(), query).await;
    let unknown = world
        .data(elsewhere(), &query.replace("A1234BC", "Z9999ZZ"))
        .await;
    assert_eq!(known, unknown);
    assert_eq!(
        known,
        json!({"allocation": null, "case": null, "timeline": {"totalCount": 0}, "node": null})
    );
}

#[tokio::test]
async fn a_prisoner_who_moved_is_the_new_prisons_business() {
    let world = World::new().await;
    world.allocated().await;
    let head = world.prisoner(NOMS, "MDI").await;
    let query = format!("{{ allocation(nomsNumber: \"A1234BC\", minPosition: \"{head}\") {{ state }} }}");
    assert_eq!(
        world.data(allocator("LEI"), &query).await,
        json!({"allocation": null})
    );
    assert_ne!(
        world.data(allocator("MDI"), &query).await,
        json!({"allocation": null})
    );
}

#[tokio::test]
async fn a_service_that_reads_allocations_reads_nothing_else() {
    let world = World::new().await;
    world.allocated().await;
    let service = || caller(Role::ReadAllocations, None);
    let read = world
        .ask(
            service(),
            "{ allocation(nomsNumber: \"A1234BC\") { state history { totalCount } } }",
        )
        .await;
    assert_eq!(code(&read), "FORBIDDEN");
    let read = world
        .data(service(), "{ allocation(nomsNumber: \"A1234BC\") { state } }")
        .await;
    assert_eq!(read["allocation"]["state"], json!("PRIMARY"));
    assert_eq!(world.code(service(), READS[2]).await, "FORBIDDEN");
}

#[tokio::test]
async fn a_pom_reads_the_own_profile_only() {
    let world = World::new().await;
    let mut pom = caller(Role::Pom, Some("LEI"));
    Arc::make_mut(&mut pom.principal).staff_id = StaffId::try_from(i64::from(POM)).ok();
    let own = world.data(pom.clone(), "{ me { username staffId roles caseloads } pom(prison: \"LEI\", staffId: 485926) { name caseload { totalCount } } }").await;
    assert_eq!(own["pom"]["name"], json!("Jane Doe"));
    assert_eq!(
        own["me"],
        json!({"username": "TEST_USER", "staffId": POM, "roles": ["ROLE_ALLOC_CASE_MGR"], "caseloads": ["LEI"]})
    );
    assert_eq!(
        world
            .code(pom, "{ pom(prison: \"LEI\", staffId: 485927) { name } }")
            .await,
        "FORBIDDEN"
    );
}

#[tokio::test]
async fn one_field_refused_does_not_spoil_the_others() {
    let world = World::new().await;
    let read = world
        .ask(
            allocator("LEI"),
            "{ prison(code: \"MDI\") { id } case(nomsNumber: \"A1234BC\") { tier } }",
        )
        .await;
    assert_eq!(read["data"], json!({"prison": null, "case": {"tier": "C"}}));
    assert_eq!(read["errors"][0]["path"], json!(["prison"]));
}

#[tokio::test]
async fn an_error_where_null_must_not_stand_makes_null_what_is_around_it() {
    let world = World::new().await;
    world.allocated().await;
    let service = || caller(Role::ReadAllocations, None);
    let inner = "{ allocation(nomsNumber: \"A1234BC\") { state history { totalCount } } me { username } }";
    let read = world.ask(service(), inner).await;
    assert_eq!(
        read["data"],
        json!({"allocation": null, "me": {"username": "TEST_USER"}})
    );
    assert_eq!(read["errors"][0]["path"], json!(["allocation", "history"]));
    let outer = world
        .ask(service(), "{ poms(prison: \"LEI\") { name } me { username } }")
        .await;
    assert_eq!(
        (outer["data"].clone(), code(&outer)),
        (json!(null), "FORBIDDEN".to_owned())
    );
}

#[tokio::test]
async fn only_developers_introspect() {
    let world = World::new().await;
    let query = include_str!("../../corpus/introspection.graphql");
    for asked in [query, "{ __type(name: \"Query\") { name } }"] {
        let refused = world.ask(allocator("LEI"), asked).await;
        assert_eq!(code(&refused), "FORBIDDEN");
        assert!(!refused.to_string().contains("allocatePrimaryPom"));
    }
    let developer = world.data(caller(Role::Developer, None), query).await;
    assert_eq!(developer["__schema"]["queryType"]["name"], json!("Query"));
    let local = Caller {
        may_introspect: MayIntrospect(true),
        ..allocator("LEI")
    };
    assert_eq!(
        world.data(local, "{ __type(name: \"Pom\") { name } }").await["__type"]["name"],
        json!("Pom")
    );
    assert_eq!(
        world.data(allocator("LEI"), "{ __typename }").await,
        json!({"__typename": "Query"})
    );
}

#[tokio::test]
async fn a_misspelt_field_is_not_answered_with_what_there_is() {
    let world = World::new().await;
    let refused = world
        .ask(allocator("LEI"), "{ alocation(nomsNumber: \"A1234BC\") { id } }")
        .await;
    assert_eq!(code(&refused), "BAD_USER_INPUT");
    assert!(!refused.to_string().contains("Did you mean"));
}
