//! Following what happens: nothing is skipped, and nobody sees what is not their business.

use commands::access::Role;
use futures::{Stream, StreamExt};
use graphql::{Answer, Caller, GuardedRequest};
use serde_json::{Value, json};

use crate::world::{ARRIVED, NOMS, OTHER_POM, POM, World, allocate, allocator, caller, code};

fn follow(world: &World, caller: Caller, query: &str) -> impl Stream<Item = Value> + use<> {
    let request = GuardedRequest::from_json(json!({ "query": query }).to_string().as_bytes()).unwrap();
    graphql::execute_stream(&world.schema, request, caller)
        .map(|answer| serde_json::to_value(answer).unwrap())
}

#[tokio::test]
async fn changes_are_followed_from_any_position_without_gaps() {
    let world = World::new().await;
    let query = "subscription { allocationChanged(prison: \"LEI\", after: \"0\") { position kind version allocation { version } } }";
    let mut changes = Box::pin(follow(&world, allocator("LEI"), query));
    world.allocated().await;
    world.data(allocator("LEI"), &allocate(NOMS, OTHER_POM)).await;
    let (first, second) = (changes.next().await.unwrap(), changes.next().await.unwrap());
    let kind = |change: &Value| change["data"]["allocationChanged"]["kind"].clone();
    assert_eq!(
        (kind(&first), kind(&second)),
        (json!("ALLOCATE_PRIMARY_POM"), json!("REALLOCATE_PRIMARY_POM"))
    );
    assert_eq!(
        second["data"]["allocationChanged"]["allocation"]["version"],
        json!(2)
    );

    let seen = &first["data"]["allocationChanged"]["position"];
    let resumed = format!("subscription {{ allocationChanged(after: {seen}) {{ kind }} }}");
    let next = Box::pin(follow(&world, allocator("LEI"), &resumed))
        .next()
        .await
        .unwrap();
    assert_eq!(kind(&next), json!("REALLOCATE_PRIMARY_POM"));
}

#[tokio::test]
async fn a_prison_that_is_none_is_not_followed_in_silence() {
    let world = World::new().await;
    let nowhere = "subscription { allocationChanged(prison: \"XXX\") { kind } }";
    let mut changes = Box::pin(follow(&world, caller(Role::Auditor, None), nowhere));
    let answered = changes.next().await.unwrap();
    assert_eq!(code(&answered), "BAD_USER_INPUT", "{answered}");
    assert_eq!(changes.next().await, None);
}

#[tokio::test]
async fn changes_at_another_prison_are_not_shown() {
    let world = World::new().await;
    world.allocated().await;
    let refused = "subscription { allocationChanged(prison: \"LEI\", after: \"0\") { kind } }";
    let answered = Box::pin(follow(&world, allocator("MDI"), refused))
        .next()
        .await
        .unwrap();
    assert_eq!(code(&answered), "FORBIDDEN");

    // What happens at Leeds is passed over: the first thing a Moorland allocator hears of is at Moorland.
    let mut all = Box::pin(follow(
        &world,
        caller(Role::Auditor, None),
        "subscription { allocationChanged(after: \"0\") { prison } }",
    ));
    assert_eq!(
        all.next().await.unwrap()["data"]["allocationChanged"]["prison"],
        json!("LEI")
    );
    let mut theirs = Box::pin(follow(
        &world,
        allocator("MDI"),
        "subscription { allocationChanged(after: \"0\") { prison } }",
    ));
    assert!(futures::poll!(theirs.next()).is_pending());
}

#[tokio::test]
async fn a_term_that_another_prison_ends_is_news_where_it_was() {
    let world = World::new().await;
    world.onboarded("MDI", POM, "JANE").await;
    world.prisoner(ARRIVED, "MDI").await;
    let there = allocate(ARRIVED, POM).replace("LEI", "MDI");
    world.data(allocator("MDI"), &there).await;
    world.data(allocator("LEI"), &allocate(ARRIVED, OTHER_POM)).await;

    let query = "subscription { allocationChanged(prison: \"MDI\", after: \"0\") {
        kind prison allocation { history { totalCount } } } }";
    let mut theirs = Box::pin(follow(&world, allocator("MDI"), query));
    for kind in ["ALLOCATE_PRIMARY_POM", "DEALLOCATE_PRIMARY_POM"] {
        // Whoever has the case now is the new prison's business.
        let told = json!({"kind": kind, "prison": "MDI", "allocation": null});
        assert_eq!(theirs.next().await.unwrap()["data"]["allocationChanged"], told);
    }
    let mut ours = Box::pin(follow(&world, allocator("LEI"), &query.replace("MDI", "LEI")));
    let told = &ours.next().await.unwrap()["data"]["allocationChanged"];
    assert_eq!(told["kind"], json!("ALLOCATE_PRIMARY_POM"));
    assert_eq!(told["allocation"]["history"]["totalCount"], json!(6));

    let query =
        "{ events(filter: {categories: [\"allocation\"], prison: \"MDI\"}) { edges { node { type } } }
        timeline(nomsNumber: \"A7654EE\") { edges { node { eventType prison } } } }";
    let read = world.data(caller(Role::Auditor, None), query).await;
    let types = |connection: &Value, member: &str| -> Vec<Value> {
        let edges = connection["edges"].as_array().unwrap().iter();
        edges.map(|edge| edge["node"][member].clone()).collect()
    };
    assert_eq!(
        types(&read["events"], "type"),
        ["PrimaryPomAllocated", "PrimaryPomDeallocated"]
    );
    let ended = read["timeline"]["edges"].as_array().unwrap().iter();
    let mut ended = ended.filter(|edge| edge["node"]["eventType"] == "PrimaryPomDeallocated");
    assert_eq!(ended.next().unwrap()["node"]["prison"], json!("MDI"));
}

#[tokio::test]
async fn whoever_remembers_more_than_the_log_is_told_to_begin_anew() {
    let world = World::new().await;
    let (head, beyond) = (world.head().await, world.head().await.plus(1));
    for field in ["allocationChanged", "events"] {
        let query = format!("subscription {{ {field}(after: \"{beyond}\") {{ position }} }}");
        let answered = Box::pin(follow(&world, caller(Role::Auditor, None), &query))
            .next()
            .await
            .unwrap();
        assert_eq!(code(&answered), "BAD_USER_INPUT");
        let extensions = &answered["errors"][0]["extensions"];
        assert_eq!(extensions["wanted"], json!(beyond.to_string()));
        assert_eq!(extensions["head"], json!(head.to_string()));
    }
}

#[tokio::test]
async fn events_are_for_auditors() {
    let world = World::new().await;
    let query = "subscription { events(after: \"0\", filter: {categories: [\"pom\"]}) { position type } }";
    let answered = Box::pin(follow(&world, allocator("LEI"), query))
        .next()
        .await
        .unwrap();
    assert_eq!(code(&answered), "FORBIDDEN");
    let first = Box::pin(follow(&world, caller(Role::Auditor, None), query))
        .next()
        .await
        .unwrap();
    assert_eq!(
        first["data"]["events"],
        json!({"position": "1", "type": "PomOnboarded"})
    );
}

#[tokio::test]
async fn what_is_refused_was_not_executed_and_what_fails_later_was() {
    let world = World::new().await;
    let unknown_hash =
        json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "0".repeat(64) } } });
    let refused = [
        json!({ "query": "subscription { nothing }" }),
        json!({ "query": "subscription { events(after: 7) { nothing } }" }),
        json!({ "query": "subscription {" }),
        json!({ "query": "query A { me { name } } query B { me { name } }", "operationName": "C" }),
        unknown_hash,
    ];
    for request in refused {
        let answers = answers(&world, &request).await;
        let [answer] = &answers[..] else {
            panic!("{request}: {answers:?}")
        };
        assert!(!answer.was_executed(), "{request}");
        let shown = serde_json::to_value(answer).unwrap();
        assert!(
            shown["errors"].is_array() && shown.get("data").is_none(),
            "{shown}"
        );
    }
    let executed = [
        "{ me { username } }",
        "subscription { allocationChanged(prison: \"LEI\") { kind } }",
        "subscription { allocationChanged(after: \"99999999\") { position } }",
        "subscription { events { position } }",
    ];
    for query in executed {
        let answers = answers(&world, &json!({ "query": query })).await;
        assert!(answers.iter().all(Answer::was_executed), "{query}: {answers:?}");
    }
}

/// The answers to an allocator at Moorland.
async fn answers(world: &World, request: &Value) -> Vec<Answer> {
    let request = GuardedRequest::from_json(request.to_string().as_bytes()).unwrap();
    graphql::execute_stream(&world.schema, request, allocator("MDI"))
        .collect()
        .await
}
