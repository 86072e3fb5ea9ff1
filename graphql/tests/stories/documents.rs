//! Documents mean what the specification says: a valid one is executed as it has it, any other is refused with its place.

use futures::{Stream, StreamExt};
use graphql::{Caller, GuardedRequest};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::world::{NOMS, POM, World, allocate, allocator, body, caller, code, status};

const INPUT: &str = "{nomsNumber: \"A1234BC\", prison: \"LEI\", staffId: 485926}";

fn follow(world: &World, caller: Caller, query: &str) -> impl Stream<Item = Value> + use<> {
    let request = GuardedRequest::from_json(json!({ "query": query }).to_string().as_bytes()).unwrap();
    graphql::execute_stream(&world.schema, request, caller).map(|answer| body(&answer))
}

#[tokio::test]
async fn a_subscription_may_be_written_with_fragments() {
    let world = World::new().await;
    world.allocated().await;
    let fields = "allocationChanged(prison: \"LEI\", after: \"0\") { nomsNumber }";
    let written = [
        format!("subscription {{ ...F }} fragment F on Subscription {{ {fields} }}"),
        format!("subscription {{ ... on Subscription {{ {fields} }} }}"),
        format!("subscription {{ ... {{ {fields} }} }}"),
    ];
    for query in written {
        let first = Box::pin(follow(&world, allocator("LEI"), &query)).next().await;
        assert_eq!(
            first.unwrap()["data"],
            json!({"allocationChanged": {"nomsNumber": NOMS}}),
            "{query}"
        );
    }
    let auditor = caller(commands::access::Role::Auditor, None);
    let events = "subscription { ...F } fragment F on Subscription { events(after: \"0\") { version } }";
    let first = Box::pin(follow(&world, auditor, events)).next().await;
    assert_eq!(first.unwrap()["data"], json!({"events": {"version": 1}}));
}

#[tokio::test]
async fn equal_fields_are_one_and_a_change_is_made_once() {
    let world = World::new().await;
    let before = world.head().await;
    let query = format!(
        "mutation {{ ...A ...B }} fragment A on Mutation {{ allocatePrimaryPom(input: {INPUT}) {{ version }} }}
         fragment B on Mutation {{ allocatePrimaryPom(input: {INPUT}) {{ version replayed userErrors {{ code }} allocation {{ state }} }} }}"
    );
    let done = world.data(allocator("LEI"), &query).await;
    assert_eq!(
        done["allocatePrimaryPom"],
        json!({"version": 1, "replayed": false, "userErrors": [], "allocation": {"state": "PRIMARY"}})
    );
    let after = world.head().await;
    let again = world.data(allocator("LEI"), &allocate(NOMS, POM)).await;
    assert!(before < after && again["allocatePrimaryPom"]["replayed"] == json!(false));

    let nested = "{ a: allocation(nomsNumber: \"A1234BC\") { primaryPom { name } ... { primaryPom { staffId } } ...F } }
        fragment F on Allocation { primaryPom { position } poms { name } }";
    let read = world.data(allocator("LEI"), nested).await;
    assert_eq!(
        read["a"]["primaryPom"],
        json!({"name": "Jane Doe", "staffId": POM, "position": "PRO"})
    );
}

#[tokio::test]
async fn a_node_has_the_fields_of_what_it_is() {
    let world = World::new().await;
    world.allocated().await;
    let id = world
        .data(allocator("LEI"), "{ prison(code: \"LEI\") { id } }")
        .await["prison"]["id"]
        .clone();
    let query = format!(
        "{{ node(id: {id}) {{ ...N ... on Prison {{ code counts {{ allocated }} }} ... on Pom {{ staffId }} ...P id }} }}
         fragment N on Node {{ __typename id ... on Prison {{ counts {{ unallocated }} }} }} fragment P on Prison {{ code }}"
    );
    let read = world.data(allocator("LEI"), &query).await;
    assert_eq!(
        read["node"],
        json!({"__typename": "Prison", "id": id, "code": "LEI", "counts": {"allocated": 1, "unallocated": 0}})
    );
}

#[tokio::test]
async fn an_answer_stands_in_the_order_of_what_was_asked() {
    let world = World::new().await;
    world.allocated().await;
    let id = &world
        .data(allocator("LEI"), "{ allocation(nomsNumber: \"A1234BC\") { id } }")
        .await["allocation"]["id"];
    let query = format!(
        "{{ case(nomsNumber: \"A1234BC\") {{ allocation {{ poms {{ name }} version }} tier }}
            node(id: {id}) {{ ... on Allocation {{ poms {{ name }} state }} ... on Case {{ tier }} }} me {{ username }} }}"
    );
    let answer = world.answer(allocator("LEI"), &query, Value::Null).await;
    let expected = concat!(
        r#"{"data":{"case":{"allocation":{"poms":[{"name":"Jane Doe"}],"version":1},"tier":"C"},"#,
        r#""node":{"poms":[{"name":"Jane Doe"}],"state":"PRIMARY"},"me":{"username":"TEST_USER"}}"#
    );
    let body = String::from_utf8(answer.body()).unwrap();
    assert!(body.starts_with(expected), "{body}");
}

#[tokio::test]
async fn what_a_variable_leaves_out_has_its_default() {
    let world = World::new().await;
    let cases = "query($d: OrderDirection, $f: Int) { cases(prison: \"LEI\", bucket: UNALLOCATED, first: $f, orderBy: {field: TIER, direction: $d}) { totalCount } }";
    let events = "query($c: [String!], $t: [String!]) { events(filter: {categories: $c, types: $t}) { edges { node { type } } } }";
    let change = "mutation($w: Boolean, $id: UUID) { allocatePrimaryPom(input: {nomsNumber: \"A1234BC\", prison: \"LEI\", staffId: 485926, waitForReadModels: $w, commandId: $id}) { userErrors { code } allocation { state } } }";
    let auditor = caller(commands::access::Role::Auditor, None);
    for (asking, query) in [
        (allocator("LEI"), cases),
        (auditor, events),
        (allocator("LEI"), change),
    ] {
        let answer = world.answer(asking, query, json!({})).await;
        assert_eq!(body(&answer).get("errors"), None, "{}", body(&answer));
    }
    let given = world
        .answer(allocator("LEI"), cases, json!({"d": "DESC", "f": 1}))
        .await;
    assert_eq!(body(&given)["data"], json!({"cases": {"totalCount": 0}}));
    let null = world.answer(allocator("LEI"), cases, json!({ "d": null })).await;
    assert_eq!(code(&body(&null)), "BAD_USER_INPUT");
}

#[tokio::test]
async fn selections_are_taken_as_variables_say() {
    let world = World::new().await;
    let query = "query($a: Boolean!, $b: Boolean = true) { me { username @include(if: $a) roles @skip(if: $b) ...F @include(if: $b) } }
        fragment F on User { caseloads }";
    let ask = async |a, b| {
        body(
            &world
                .answer(allocator("LEI"), query, json!({ "a": a, "b": b }))
                .await,
        )
    };
    assert_eq!(
        ask(true, true).await["data"]["me"],
        json!({"username": "TEST_USER", "caseloads": ["LEI"]})
    );
    assert_eq!(
        ask(false, false).await["data"]["me"],
        json!({"roles": ["ROLE_ALLOC_MGR"]})
    );
    let null = world
        .answer(allocator("LEI"), query, json!({"a": true, "b": null}))
        .await;
    assert_eq!(status(&null), (400, 200));
    let nothing = world
        .data(allocator("LEI"), "{ me { username @skip(if: true) } }")
        .await;
    assert_eq!(nothing, json!({"me": {}}));
    let nothing = world
        .data(allocator("LEI"), "{ me @include(if: false) { username } }")
        .await;
    assert_eq!(nothing, json!({}));
}

#[tokio::test]
async fn what_the_specification_forbids_is_refused_with_its_place() {
    let world = World::new().await;
    let wrong = [
        (
            "{ prison(code: \"LEI\") { name ...F } } fragment F on Prison { name: code }",
            "{}",
        ),
        (
            "query($p: String!) { prison(code: $p) { name } }",
            "{\"p\": \"LEI\"}",
        ),
        (
            "query($p: PrisonCode) { prison(code: $p) { name } }",
            "{\"p\": \"LEI\"}",
        ),
        (
            "query($n: ID!) { case(nomsNumber: $n) { id } }",
            "{\"n\": \"A1234BC\"}",
        ),
        (
            "query($c: [String]!) { events(filter: {categories: $c}) { totalCount } }",
            "{\"c\": []}",
        ),
        (
            "{ cases(prison: \"LEI\", bucket: \"UNALLOCATED\") { totalCount } }",
            "{}",
        ),
        (
            "mutation { allocatePrimaryPom(input: {nomsNumber: \"A1234BC\", prison: \"LEI\", staffId: 485926, staffId: 485927}) { version } }",
            "{}",
        ),
        (
            "{ node(id: \"x\") { ... on Pom { name } ... on Prison { name } } }",
            "{}",
        ),
        (
            "subscription { events { version } allocationChanged { version } }",
            "{}",
        ),
    ];
    for (query, variables) in wrong {
        let variables = serde_json::from_str(variables).unwrap();
        let answer = world.answer(allocator("LEI"), query, variables).await;
        let told = body(&answer);
        assert_eq!(
            (status(&answer), code(&told).as_str()),
            ((400, 200), "BAD_USER_INPUT"),
            "{query}"
        );
        assert!(told["errors"][0]["locations"][0]["line"].is_u64(), "{told}");
    }
    let two = "subscription { events { version } allocationChanged { version } }";
    let told: Vec<_> = follow(&world, allocator("LEI"), two).collect().await;
    assert_eq!(told.iter().map(code).collect::<Vec<_>>(), ["BAD_USER_INPUT"]);
    assert_eq!(told[0].get("data"), None);
}

#[tokio::test]
async fn text_may_hold_any_character_however_it_is_written() {
    let world = World::new().await;
    world.allocated().await;
    for written in [
        "\"\\ud83d\\ude00\"",
        "\"\\u{1F600}\"",
        "\"😀\"",
        "\"\"\"\n    😀\n  \"\"\"",
    ] {
        let query = format!(
            "mutation {{ allocateCoworkingPom(input: {{nomsNumber: \"A1234BC\", prison: \"LEI\", staffId: 485927, note: {written}}}) {{ userErrors {{ code }} }} }}"
        );
        let done = world.data(allocator("LEI"), &query).await;
        assert_eq!(done["allocateCoworkingPom"]["userErrors"], json!([]), "{written}");
        let history =
            "{ timeline(nomsNumber: \"A1234BC\", first: 1) { edges { node { details { value } } } } }";
        let read = world.data(allocator("LEI"), history).await;
        assert!(read.to_string().contains("\"value\":\"😀\""), "{written}: {read}");
    }
    for wrong in [
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\u{110000}\"",
        "\"\\u{}\"",
        "\"\\u{0}\"",
        "\"\\q\"",
    ] {
        let query = format!("{{ node(id: {wrong}) {{ id }} }}");
        assert_eq!(
            world.code(allocator("LEI"), &query).await,
            "BAD_USER_INPUT",
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_stored_document_is_validated_before_it_is_stored() {
    let world = World::new().await;
    let hash = &hex::encode(Sha256::digest("{ nothing }"));
    let send = async |query: Option<&str>, hash: &str| {
        let asked =
            json!({"query": query, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash}}});
        let request = GuardedRequest::from_json(asked.to_string().as_bytes()).unwrap();
        let answer = graphql::execute(&world.schema, request, allocator("LEI")).await;
        code(&body(&answer))
    };
    assert_eq!(send(Some("{ nothing }"), hash).await, "BAD_USER_INPUT");
    assert_eq!(send(None, hash).await, "PERSISTED_QUERY_NOT_FOUND");
}
