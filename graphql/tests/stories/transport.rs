//! What a request becomes over HTTP: status, body, stored documents, and faults that tell nothing.

use futures::StreamExt as _;
use graphql::{Answer, Caller, GuardedRequest, MayMutate, budget::OverBudget};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::world::{NOMS, POM, World, allocate, allocator, body, code, status};

#[tokio::test]
async fn the_status_tells_how_far_a_request_got() {
    let world = World::new().await;
    let ask = async |query: &str| world.answer(allocator("LEI"), query, Value::Null).await;
    let done = ask("{ me { username } }").await;
    assert_eq!(
        (status(&done), &body(&done)["data"]),
        ((200, 200), &json!({"me": {"username": "TEST_USER"}}))
    );
    let partly = ask("{ prison(code: \"MDI\") { id } }").await;
    assert_eq!(status(&partly), (200, 200));
    for wrong in [
        "{ me {",
        "{ nothing }",
        "query A { me { name } } query B { me { name } }",
    ] {
        let answer = ask(wrong).await;
        assert_eq!(
            (status(&answer), code(&body(&answer)).as_str()),
            ((400, 200), "BAD_USER_INPUT"),
            "{wrong}"
        );
        assert_eq!(body(&answer).get("data"), None, "{wrong}");
    }
    let named = "query Past($noms: NomsNumber!, $first: Int = 1) { timeline(nomsNumber: $noms, first: $first) { pageInfo { hasNextPage } } }";
    for given in [json!({}), json!({ "noms": null })] {
        let answer = world.answer(allocator("LEI"), named, given).await;
        assert_eq!(status(&answer), (400, 200));
        let body = body(&answer);
        assert_eq!(code(&body), "BAD_USER_INPUT");
        assert!(body.to_string().contains("$noms is required"), "{body}");
    }
    let answer = world
        .answer(allocator("LEI"), named, json!({ "noms": NOMS }))
        .await;
    assert_eq!((status(&answer), body(&answer).get("errors")), ((200, 200), None));
    let deep = ask(&format!("{{ me(a: {}{}) }}", "[".repeat(5000), "]".repeat(5000))).await;
    assert_eq!(
        (status(&deep), code(&body(&deep)).as_str()),
        ((400, 200), "QUERY_TOO_COMPLEX")
    );
    assert_eq!(status(&Answer::unauthenticated()), (401, 401));
    assert_eq!(code(&body(&Answer::unauthenticated())), "UNAUTHENTICATED");
    assert_eq!(status(&Answer::malformed("no")), (400, 400));
    let large = GuardedRequest::from_json(&vec![b' '; 40_000]).unwrap_err();
    assert_eq!(status(&large.into()), (413, 413));
    let batch = GuardedRequest::from_json(b"[]").unwrap_err();
    assert_eq!(status(&batch.into()), (400, 400));
}

#[tokio::test]
async fn a_get_changes_nothing() {
    let world = World::new().await;
    let reader = || Caller {
        may_mutate: MayMutate(false),
        ..allocator("LEI")
    };
    let head = world.head().await;
    let refused = world.answer(reader(), &allocate(NOMS, POM), Value::Null).await;
    assert_eq!(
        (status(&refused), code(&body(&refused)).as_str()),
        ((405, 405), "BAD_USER_INPUT")
    );
    assert_eq!(world.head().await, head);
    // Nor by a text that is remembered from somebody who may.
    let by_post = world
        .answer(allocator("LEI"), &allocate(NOMS, POM), Value::Null)
        .await;
    assert_eq!(status(&by_post), (200, 200));
    let again = world.answer(reader(), &allocate(NOMS, POM), Value::Null).await;
    assert_eq!(status(&again), (405, 405));
    let both = format!(
        "query Read {{ me {{ username }} }} {}",
        allocate(NOMS, POM).replacen("mutation", "mutation Write", 1)
    );
    let chosen = |name: &str| {
        GuardedRequest::from_parameters(Some(both.clone()), Some(name.to_owned()), None, None).unwrap()
    };
    let read = graphql::execute(&world.schema, chosen("Read"), reader()).await;
    assert_eq!(status(&read), (200, 200));
    let write = graphql::execute(&world.schema, chosen("Write"), reader()).await;
    assert_eq!(status(&write), (405, 405));
}

#[tokio::test]
async fn a_subscription_that_is_asked_for_once_is_shown_the_way() {
    let world = World::new().await;
    let query = "subscription { events { position } }";
    let refused = world.answer(allocator("LEI"), query, Value::Null).await;
    assert_eq!(status(&refused), (400, 200));
    let error = &body(&refused)["errors"][0];
    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT");
    for door in ["/graphql/stream", "/graphql/ws"] {
        assert!(error["message"].as_str().unwrap().contains(door), "{error}");
    }
}

#[tokio::test]
async fn a_document_is_stored_under_its_hash() {
    let world = World::new().await;
    let query = "{ me { username } }";
    let hash = hex::encode(Sha256::digest(query));
    let send = async |query: Option<&str>| {
        let asked =
            json!({"query": query, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash}}});
        let request = GuardedRequest::from_json(asked.to_string().as_bytes()).unwrap();
        graphql::execute(&world.schema, request, allocator("LEI")).await
    };
    let missed = send(None).await;
    assert_eq!(
        body(&missed)["errors"][0]["message"],
        json!("PersistedQueryNotFound")
    );
    assert_eq!(code(&body(&missed)), "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(status(&send(Some(query)).await), (200, 200));
    assert_eq!(
        body(&send(None).await)["data"]["me"]["username"],
        json!("TEST_USER")
    );
    assert_eq!(code(&body(&send(Some("{ __typename }")).await)), "BAD_USER_INPUT");
}

#[tokio::test]
async fn a_panic_inside_tells_nothing_and_stops_nobody() {
    let world = World::whose_clock_is_broken().await;
    let failed = world
        .answer(allocator("LEI"), "{ poms(prison: \"LEI\") { id } }", Value::Null)
        .await;
    assert_eq!(
        (status(&failed), code(&body(&failed)).as_str()),
        ((500, 500), "INTERNAL")
    );
    assert!(!body(&failed).to_string().contains("secret"));
    let after = world
        .answer(allocator("LEI"), "{ me { username } }", Value::Null)
        .await;
    assert_eq!(status(&after), (200, 200));
}

#[tokio::test]
async fn variables_are_read_and_the_wrong_ones_named() {
    let world = World::new().await;
    let query = "query($noms: NomsNumber!) { case(nomsNumber: $noms) { tier } }";
    let read = world.answer(allocator("LEI"), query, json!({"noms": NOMS})).await;
    assert_eq!(body(&read)["data"]["case"]["tier"], json!("C"));
    for wrong in [
        json!({}),
        json!({"noms": null}),
        json!({"noms": 7}),
        json!({"noms": "x"}),
        json!({"noms": "A1234B\u{0}"}),
    ] {
        let answer = world.answer(allocator("LEI"), query, wrong.clone()).await;
        assert_eq!(code(&body(&answer)), "BAD_USER_INPUT", "{wrong}");
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up_with_a_code() {
    let world = World::whose_read_models_stand_still().await;
    let impatient = world.schema.clone().with_timeout(std::time::Duration::ZERO);
    let query = json!({ "query": "{ case(nomsNumber: \"A1234BC\", minPosition: \"1\") { id } }" });
    let request = || GuardedRequest::from_json(query.to_string().as_bytes()).unwrap();
    let answer = graphql::execute(&impatient, request(), allocator("LEI")).await;
    assert_eq!(
        (status(&answer), code(&body(&answer)).as_str()),
        ((504, 504), "TIMED_OUT")
    );
    assert_eq!(answer.retry_after(), Some(1));

    let streamed = graphql::execute_stream(&impatient, request(), allocator("LEI"));
    let answers: Vec<_> = streamed.map(|answer| body(&answer)).collect().await;
    assert_eq!(answers.iter().map(code).collect::<Vec<_>>(), ["TIMED_OUT"]);
}

#[test]
fn whoever_asks_too_often_is_told_when_to_ask_again() {
    let answer = Answer::over_budget(&OverBudget {
        cost: 50,
        level: None,
        wait: std::time::Duration::from_millis(2_100),
    });
    assert_eq!(status(&answer), (429, 429));
    assert_eq!(
        body(&answer)["errors"][0]["extensions"],
        json!({"code": "RATE_LIMITED", "retryAfterSeconds": 3, "cost": 50, "remaining": null})
    );
    assert_eq!(answer.retry_after(), Some(3));
}
