//! What a document costs: it is said in the answer, paid by the caller, and can be asked for beforehand.

use std::num::NonZeroU32;

use commands::access::Role;
use futures::StreamExt;
use graphql::{
    Caller, GuardRefusal, GuardedRequest,
    budget::{BudgetOptions, Budgets, REQUEST_COST},
};
use serde_json::{Value, json};

use crate::world::{NOMS, OTHER_POM, POM, World, allocate, allocator, body, caller, code, status};

/// Somebody with a budget.
fn with_budget(caller: Caller, options: BudgetOptions) -> Caller {
    let budget = Budgets::new(options).of(&caller.principal.actor);
    Caller { budget, ..caller }
}

/// Somebody who may spend this much in a second, and twice as much at once.
fn spending(caller: Caller, cost_per_second: u32) -> Caller {
    let options = BudgetOptions {
        cost_per_second: NonZeroU32::new(cost_per_second),
        ..BudgetOptions::UNLIMITED
    };
    with_budget(caller, options)
}

fn cost(answered: &Value) -> u64 {
    answered["extensions"]["cost"]["requested"].as_u64().unwrap()
}

async fn cost_of(world: &World, query: &str) -> u64 {
    cost(&world.ask(caller(Role::Auditor, None), query).await)
}

/// Asks what a document costs.
async fn dry_run(world: &World, caller: Caller, query: &str) -> graphql::Answer {
    let body = json!({ "query": query, "extensions": { "cost": { "dryRun": true } } }).to_string();
    let request = GuardedRequest::from_json(body.as_bytes()).unwrap();
    graphql::execute(&world.schema, request, caller).await
}

#[test]
fn a_dry_run_is_asked_for_or_not_and_nothing_between() {
    let read = |asked: Value| {
        let body = json!({ "query": "{ me { username } }", "extensions": { "cost": { "dryRun": asked } } });
        GuardedRequest::from_json(body.to_string().as_bytes()).map(drop)
    };
    for asked in [json!("yes"), json!("true"), json!(1), json!([true]), json!({})] {
        assert_eq!(read(asked.clone()), Err(GuardRefusal::NotADryRun), "{asked}");
    }
    for asked in [json!(true), json!(false), json!(null)] {
        assert_eq!(read(asked.clone()), Ok(()), "{asked}");
    }
    assert_eq!(GuardRefusal::NotADryRun.code(), graphql::Code::BadUserInput);
}

#[tokio::test]
async fn every_answer_says_what_it_cost_and_what_is_left() {
    let world = World::new().await;
    let ann = spending(allocator("LEI"), 10_000);
    let mut left = 20_000;
    for query in [
        "{ me { username } }".to_owned(),
        "{ cases(prison: \"LEI\", bucket: UNALLOCATED, first: 20) { totalCount } }".to_owned(),
        allocate(NOMS, POM),
    ] {
        let answered = world.ask(ann.clone(), &query).await;
        assert_eq!(answered.get("errors"), None, "{answered}");
        let said = &answered["extensions"]["cost"];
        assert_eq!(said["limit"], json!(20_000));
        assert_eq!(said["restoredPerSecond"], json!(10_000));
        // Something comes back meanwhile; the request itself is charged by whoever lets it in.
        let most = left - (cost(&answered) - REQUEST_COST as u64);
        assert!(said["remaining"].as_u64().unwrap() >= most, "{said}");
        assert!(said["remaining"].as_u64().unwrap() <= 20_000, "{said}");
        left = said["remaining"].as_u64().unwrap();
    }
    for refused in [
        "{ nothing }",
        "{ cases(prison: \"LEI\" }",
        "{ __schema { types { name } } }",
    ] {
        let answered = world.ask(ann.clone(), refused).await;
        assert!(cost(&answered) >= REQUEST_COST as u64, "{answered}");
    }
    assert_eq!(
        cost_of(&world, "{ me { username } }").await,
        REQUEST_COST as u64 + 2
    );
}

#[tokio::test]
async fn the_price_of_a_field_follows_its_work() {
    let world = World::new().await;
    let now = "case(nomsNumber: \"A1234BC\") { id }";
    let then = "case(nomsNumber: \"A1234BC\", asOf: \"2026-01-01T00:00:00Z\") { id }";
    let base = REQUEST_COST as u64;
    let one_past = cost_of(&world, &format!("{{ {then} }}")).await - base;
    let one_now = cost_of(&world, &format!("{{ {now} }}")).await - base;
    assert!(
        one_past > 4 * one_now,
        "a fold of the log costs more than a row: {one_past}"
    );
    let pasts: Vec<_> = (0..10).map(|n| format!("c{n}: {then}")).collect();
    let pasts = pasts.join(" ");
    assert_eq!(
        cost_of(&world, &format!("{{ {pasts} }}")).await - base,
        10 * one_past
    );

    let page = async |first: u32| {
        let query = format!(
            "{{ cases(prison: \"LEI\", bucket: ALLOCATED, first: {first}) {{ edges {{ node {{ id }} }} }} }}"
        );
        cost_of(&world, &query).await
    };
    let (some, more) = (page(20).await, page(200).await);
    assert!(more > 3 * some, "{some} {more}");
    let found = cost_of(
        &world,
        "{ events(first: 1, filter: { types: [\"Rare\"] }) { totalCount } }",
    )
    .await;
    assert!(found > 10 * cost_of(&world, "{ events(first: 1) { totalCount } }").await);
}

#[tokio::test]
async fn a_document_that_costs_too_much_is_refused_with_its_numbers() {
    let world = World::new().await;
    let item = "edges { node { title details { label value } by { name username kind } } }";
    let query = format!(
        "{{ cases(prison: \"LEI\", bucket: ALLOCATED, first: 200) {{ edges {{ node {{ allocation {{ history(first: 200) {{ {item} }} }} }} }} }} }}"
    );
    let answered = world.ask(allocator("LEI"), &query).await;
    assert_eq!(code(&answered), "QUERY_TOO_COMPLEX");
    assert_eq!(answered.get("data"), None);
    let extensions = &answered["errors"][0]["extensions"];
    let (said, limit) = (
        extensions["cost"].as_u64().unwrap(),
        extensions["limit"].as_u64().unwrap(),
    );
    assert!(said > limit);
    let message = answered["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.contains(&said.to_string()) && message.contains(&limit.to_string()),
        "{message}"
    );
    assert_eq!(cost(&answered), said + REQUEST_COST as u64);
}

#[tokio::test]
async fn what_is_not_left_is_not_spent_and_the_refusal_says_when_to_come_again() {
    let world = World::new().await;
    let ann = spending(allocator("LEI"), 300);
    let query = "{ cases(prison: \"LEI\", bucket: UNALLOCATED, first: 1) { totalCount } }";
    assert_eq!(world.ask(ann.clone(), query).await.get("errors"), None);
    let refused = world.answer(ann.clone(), query, Value::Null).await;
    assert_eq!(status(&refused), (429, 429));
    assert!(refused.retry_after().is_some());
    let answered = body(&refused);
    assert_eq!(code(&answered), "RATE_LIMITED");
    assert_eq!(answered.get("data"), None);
    let extensions = &answered["errors"][0]["extensions"];
    assert_eq!(extensions["retryAfterSeconds"].as_u64(), refused.retry_after());
    assert!(extensions["remaining"].as_u64().unwrap() < extensions["cost"].as_u64().unwrap());
    let (other, cheap) = (spending(allocator("LEI"), 300), "{ me { username } }");
    assert_eq!(
        world.ask(other, query).await.get("errors"),
        None,
        "another budget"
    );
    assert_eq!(
        world.ask(ann, cheap).await.get("errors"),
        None,
        "what is left may be spent"
    );
}

#[tokio::test]
async fn a_document_is_priced_without_being_run() {
    let world = World::new().await;
    let change = allocate(NOMS, OTHER_POM);
    let priced = dry_run(&world, allocator("LEI"), &change).await;
    assert_eq!(status(&priced), (200, 200));
    let answered = body(&priced);
    assert_eq!(answered["data"], Value::Null);
    assert_eq!(answered.get("errors"), None);
    let read = world
        .data(
            allocator("LEI"),
            "{ allocation(nomsNumber: \"A1234BC\") { version } }",
        )
        .await;
    assert_eq!(read["allocation"], Value::Null, "nothing was changed");
    let run = world.ask(allocator("LEI"), &change).await;
    assert_eq!(cost(&run), cost(&answered), "it costs what it was said to cost");

    let poor = spending(allocator("LEI"), 10);
    let query = "{ cases(prison: \"LEI\", bucket: ALLOCATED, first: 200) { totalCount } }";
    assert_eq!(
        body(&dry_run(&world, poor, query).await).get("errors"),
        None,
        "and costs nothing itself"
    );
    let invalid = body(&dry_run(&world, allocator("LEI"), "{ nothing }").await);
    assert_eq!(code(&invalid), "BAD_USER_INPUT");

    let asked = json!({
        "query": "subscription { allocationChanged(after: \"0\") { position } }",
        "extensions": { "cost": { "dryRun": true } }
    });
    let request = GuardedRequest::from_json(asked.to_string().as_bytes()).unwrap();
    let followed: Vec<_> = graphql::execute_stream(&world.schema, request, allocator("LEI"))
        .collect()
        .await;
    let [only] = &followed[..] else {
        panic!("{followed:?}")
    };
    assert_eq!(
        (&body(only)["data"], body(only).get("errors")),
        (&Value::Null, None)
    );
}

#[tokio::test]
async fn more_requests_at_work_than_a_caller_may_have_are_sent_away_soon() {
    let world = World::new().await;
    let options = BudgetOptions {
        caller_requests: 1,
        ..BudgetOptions::UNLIMITED
    };
    let ann = with_budget(allocator("LEI"), options);
    let wait = "{ case(nomsNumber: \"A1234BC\", minPosition: \"999999\") { id } }";
    let me = "{ me { username } }";
    let (_, refused) = tokio::join!(
        world.answer(ann.clone(), wait, Value::Null),
        world.answer(ann.clone(), me, Value::Null)
    );
    assert_eq!((status(&refused), refused.retry_after()), ((429, 429), Some(1)));
    assert_eq!(code(&body(&refused)), "RATE_LIMITED");
    assert_eq!(
        world.ask(ann, me).await.get("errors"),
        None,
        "the place is free again"
    );
}

#[tokio::test]
async fn what_is_followed_is_paid_by_the_event_and_leaves_none_out() {
    let world = World::new().await;
    world.allocated().await;
    let head = world.head().await.get();
    let query = "subscription { events(after: \"0\") { position } }";
    let request = GuardedRequest::from_json(json!({ "query": query }).to_string().as_bytes()).unwrap();
    let auditor = spending(caller(Role::Auditor, None), 1_000);
    let budget = auditor.budget.clone();
    let followed = graphql::execute_stream(&world.schema, request, auditor);
    let told: Vec<_> = followed.take(usize::try_from(head).unwrap()).collect().await;
    let positions = told
        .iter()
        .map(|answer| body(answer)["data"]["events"]["position"].clone());
    assert!(positions.eq((1..=head).map(|position| json!(position.to_string()))));
    assert!(budget.level(std::time::Instant::now()).unwrap().remaining < 2_000);
}
