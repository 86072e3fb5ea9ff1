//! Reading cases, POMs, histories and the log.

use chrono::Utc;
use commands::access::Role;
use domain::{Tier, calendar::working_days, london_date};
use serde_json::{Value, json};
use simulator::example::prisoner_at;

use crate::world::{NOMS, POM, World, allocator, caller, code};

#[tokio::test]
async fn a_case_shows_what_a_list_row_needs() {
    let world = World::new().await;
    let read = world
        .data(
            allocator("LEI"),
            "{ case(nomsNumber: \"A1234BC\") { nomsNumber firstName lastName prison location earliestRelease { kind date }
                tier rosh complexity bucket recommendedPomType recommendationReason allocation { id } restrictedPatient } }",
        )
        .await;
    assert_eq!(
        read["case"],
        json!({"nomsNumber": NOMS, "firstName": "Alex", "lastName": "Smith", "prison": "LEI", "location": "A-1-001",
            "earliestRelease": {"kind": "CRD", "date": "2040-03-01"}, "tier": "C", "rosh": "LOW", "complexity": null,
            "bucket": "UNALLOCATED", "recommendedPomType": "PRO", "recommendationReason": "ROSH_BASED",
            "allocation": null, "restrictedPatient": false})
    );
}

#[tokio::test]
async fn a_case_tells_how_many_days_were_worked_since_the_prisoner_came() {
    let world = World::new().await;
    let counted = || {
        let arrived_on = prisoner_at("LEI".parse().unwrap()).arrived_on.unwrap();
        working_days(arrived_on, london_date(Utc::now()))
    };
    let before = counted();
    let read = world
        .data(
            allocator("LEI"),
            "{ case(nomsNumber: \"A1234BC\") { workingDaysSinceEntering } }",
        )
        .await;
    let days = read["case"]["workingDaysSinceEntering"].as_u64().unwrap();
    // Midnight may have come in between.
    assert!(
        (before..=counted()).contains(&usize::try_from(days).unwrap()),
        "{days}"
    );
}

/// Asks for the numbers on a page of the unallocated cases.
async fn page(world: &World, arguments: &str) -> Value {
    let query = format!(
        "{{ cases(prison: \"LEI\", bucket: UNALLOCATED, {arguments}) {{ totalCount edges {{ cursor node {{ nomsNumber }} }}
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    );
    world.ask(allocator("LEI"), &query).await
}

fn numbers(page: &Value) -> Vec<&str> {
    let edges = page["data"]["cases"]["edges"].as_array().unwrap();
    edges
        .iter()
        .map(|edge| edge["node"]["nomsNumber"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_list_is_read_from_either_end() {
    let world = World::new().await;
    let mut head = world.head().await;
    for noms in ["B1234BC", "C1234BC", "D1234BC", "E1234BC"] {
        head = world.prisoner(noms, "LEI").await;
    }
    let wait = format!("{{ case(nomsNumber: \"E1234BC\", minPosition: \"{head}\") {{ id }} }}");
    world.data(allocator("LEI"), &wait).await;

    let first = page(&world, "first: 2").await;
    assert_eq!(numbers(&first), ["A1234BC", "B1234BC"]);
    assert_eq!(first["data"]["cases"]["totalCount"], json!(5));
    let info = &first["data"]["cases"]["pageInfo"];
    assert_eq!(
        (info["hasNextPage"].clone(), info["hasPreviousPage"].clone()),
        (json!(true), json!(false))
    );
    let second = page(&world, &format!("first: 2, after: {}", info["endCursor"])).await;
    assert_eq!(numbers(&second), ["C1234BC", "D1234BC"]);
    let last = page(&world, "last: 2").await;
    assert_eq!(numbers(&last), ["D1234BC", "E1234BC"]);
    let before = page(
        &world,
        &format!(
            "last: 2, before: {}",
            last["data"]["cases"]["pageInfo"]["startCursor"]
        ),
    )
    .await;
    assert_eq!(numbers(&before), ["B1234BC", "C1234BC"]);
    let backwards = page(&world, "first: 1, orderBy: {field: LAST_NAME, direction: DESC}").await;
    assert_eq!(numbers(&backwards), ["E1234BC"]);
    let filtered = page(&world, "filter: {name: \"c1234\", tier: C}").await;
    assert_eq!(numbers(&filtered), ["C1234BC"]);
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused() {
    let world = World::new().await;
    let wrong = [
        "first: -6",
        "first: 0",
        "first: 201",
        "last: -1",
        "last: 201",
        "first: 1, last: 1",
        "after: \"x\"",
        "after: \"WyJuYSIsWyJcdTAwMDAiLCIiXV0\"",
        "before: \"\"",
    ];
    for arguments in wrong {
        assert_eq!(
            code(&page(&world, arguments).await),
            "BAD_USER_INPUT",
            "{arguments}"
        );
    }
    let timeline = "{ timeline(nomsNumber: \"A1234BC\", first: 1, after: \"-1\") { totalCount } }";
    assert_eq!(world.code(allocator("LEI"), timeline).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn the_past_is_read_as_it_was() {
    let world = World::new().await;
    let then = world
        .data(
            caller(Role::Auditor, None),
            "{ events(first: 200) { edges { node { recordedAt } } } }",
        )
        .await;
    let moments = then["events"]["edges"].as_array().unwrap();
    let before = moments.last().unwrap()["node"]["recordedAt"].as_str().unwrap();
    assert!(
        before.ends_with('Z') && before.len() == "2026-08-31T09:30:00.000000Z".len(),
        "{before}"
    );
    world.allocated().await;
    let query = format!(
        "{{ then: allocation(nomsNumber: \"A1234BC\", asOf: \"{before}\") {{ state }}
            now: allocation(nomsNumber: \"A1234BC\") {{ state }}
            case(nomsNumber: \"A1234BC\", asOf: \"{before}\") {{ bucket }} }}"
    );
    let read = world.data(allocator("LEI"), &query).await;
    assert_eq!(
        read,
        json!({"then": null, "now": {"state": "PRIMARY"}, "case": {"bucket": "UNALLOCATED"}})
    );
}

#[tokio::test]
async fn what_will_be_is_not_recorded_and_cannot_be_asked_for() {
    let world = World::new().await;
    let soon = (Utc::now() + chrono::TimeDelta::minutes(1)).to_rfc3339();
    for (as_of, told) in [
        (soon.as_str(), "later than now"),
        ("2099-12-31T23:59:59Z", "later than now"),
        ("9999-12-31T23:59:59Z", "from 1900 to 2100"),
        ("1899-12-31T23:59:59Z", "from 1900 to 2100"),
    ] {
        for field in ["case", "allocation"] {
            let query = format!("{{ {field}(nomsNumber: \"A1234BC\", asOf: \"{as_of}\") {{ id }} }}");
            let answered = world.ask(allocator("LEI"), &query).await;
            assert_eq!(code(&answered), "BAD_USER_INPUT", "{query}");
            let message = answered["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains(told), "{message}");
        }
    }
}

#[tokio::test]
async fn a_list_of_positions_is_not_continued_from_beyond_the_end_of_the_log() {
    let world = World::new().await;
    world.allocated().await;
    let head = world.head().await;
    for beyond in [head.plus(1).to_string(), "9223372036854775807".to_owned()] {
        for list in [
            format!("events(after: \"{beyond}\")"),
            format!("events(after: \"{beyond}\", filter: {{ nomsNumber: \"{NOMS}\" }})"),
            format!("events(after: \"{beyond}\", filter: {{ types: [\"Nothing\"] }})"),
            format!("timeline(nomsNumber: \"{NOMS}\", after: \"{beyond}\")"),
            format!(
                "allocation(nomsNumber: \"{NOMS}\") {{ history(after: \"{beyond}\") {{ totalCount }} }} me"
            ),
        ] {
            let query = format!("{{ {list} {{ __typename }} }}");
            let answered = world.ask(caller(Role::Auditor, None), &query).await;
            assert_eq!(code(&answered), "BAD_USER_INPUT", "{query}");
            let extensions = &answered["errors"][0]["extensions"];
            assert_eq!(extensions["head"], json!(head.to_string()), "{answered}");
        }
    }
    let query =
        format!("{{ events(after: \"{head}\") {{ edges {{ cursor }} pageInfo {{ hasNextPage }} }} }}");
    let read = world.data(caller(Role::Auditor, None), &query).await;
    assert_eq!(
        read["events"],
        json!({"edges": [], "pageInfo": {"hasNextPage": false}}),
        "the end itself is not beyond it"
    );
}

#[tokio::test]
async fn a_position_that_is_not_reached_is_said_to_be_so() {
    let world = World::new().await;
    let query = "{ case(nomsNumber: \"A1234BC\", minPosition: \"1000000\") { id } }";
    let answered = world.ask(allocator("LEI"), query).await;
    assert_eq!(code(&answered), "NOT_YET_PROJECTED");
    assert_eq!(answered["errors"][0]["extensions"]["wanted"], json!("1000000"));
    assert_eq!(answered["errors"][0]["extensions"]["retryAfterSeconds"], json!(1));
}

#[tokio::test]
async fn poms_and_the_dashboard_count_their_cases() {
    let world = World::new().await;
    world.allocated().await;
    let read = world
        .data(
            allocator("LEI"),
            "{ prison(code: \"LEI\") { name counts { allocated unallocated missingInformation } }
               poms(prison: \"LEI\", group: PRISON) { staffId counters { total } }
               pom(prison: \"LEI\", staffId: 485926) { name position status workingPattern counters { primary coworking byTier { tier cases } }
                   caseload { totalCount edges { node { nomsNumber } } } } }",
        )
        .await;
    assert_eq!(
        read["prison"]["counts"],
        json!({"allocated": 1, "unallocated": 0, "missingInformation": 0})
    );
    assert_eq!(read["poms"].as_array().unwrap().len(), 2);
    assert_eq!(
        read["pom"],
        json!({"name": "Jane Doe", "position": "PRO", "status": "ACTIVE", "workingPattern": 10,
            "counters": {"primary": 1, "coworking": 0, "byTier": [{"tier": "C", "cases": 1}]},
            "caseload": {"totalCount": 1, "edges": [{"node": {"nomsNumber": NOMS}}]}})
    );
}

#[tokio::test]
async fn a_history_tells_who_did_what_in_the_words_of_the_field() {
    let world = World::new().await;
    world.allocated().await;
    let read = world
        .data(
            allocator("LEI"),
            "{ timeline(nomsNumber: \"A1234BC\", first: 1) { totalCount pageInfo { hasNextPage endCursor }
                edges { node { title prison by { username name kind } details { label value } } } }
               allocation(nomsNumber: \"A1234BC\") { history { edges { node { title } } } } }",
        )
        .await;
    let newest = &read["timeline"]["edges"][0]["node"];
    assert_eq!(newest["title"], json!("Prisoner allocated"));
    assert_eq!(newest["prison"], json!("LEI"));
    assert_eq!(
        newest["by"],
        json!({"username": "TEST_USER", "name": "Test User", "kind": "USER"})
    );
    assert!(
        newest["details"]
            .as_array()
            .unwrap()
            .contains(&json!({"label": "Allocated to", "value": "Jane Doe"}))
    );
    assert_eq!(read["timeline"]["totalCount"], json!(3));
    assert_eq!(
        read["allocation"]["history"]["edges"].as_array().unwrap().len(),
        3
    );
    let cursor = &read["timeline"]["pageInfo"]["endCursor"];
    let query = format!(
        "{{ timeline(nomsNumber: \"A1234BC\", after: {cursor}) {{ edges {{ node {{ title }} }} }} }}"
    );
    let older = world.data(allocator("LEI"), &query).await;
    assert_eq!(older["timeline"]["edges"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_history_tells_what_was_first_recorded_from_what_changed_later() {
    let world = World::new().await;
    // What is known already is no news.
    world.inform(NOMS, Tier::B).await;
    let read = world
        .data(
            allocator("LEI"),
            "{ timeline(nomsNumber: \"A1234BC\", first: 2) { edges { node { title details { label value } } } } }",
        )
        .await;
    let line = |label: &str, value: &str| json!({"label": label, "value": value});
    assert_eq!(
        read["timeline"]["edges"],
        json!([
            {"node": {"title": "Case information changed",
                      "details": [line("Tier", "B"), line("Source", "manual")]}},
            {"node": {"title": "Case information recorded",
                      "details": [line("Tier", "C"), line("ROSH", "LOW"), line("Source", "manual")]}},
        ])
    );
}

#[tokio::test]
async fn an_auditor_reads_the_log() {
    let world = World::new().await;
    world.allocated().await;
    let read = world
        .data(
            caller(Role::Auditor, None),
            "{ all: events(first: 1) { totalCount pageInfo { hasNextPage endCursor } }
               allocations: events(filter: {categories: [\"allocation\"]}) { totalCount edges { node {
                   position stream version type payload metadata hash } } } }",
        )
        .await;
    let head = world.head().await;
    assert_eq!(read["all"]["totalCount"].to_string(), head.to_string());
    assert_eq!(
        read["all"]["pageInfo"],
        json!({"hasNextPage": true, "endCursor": "1"})
    );
    let event = &read["allocations"]["edges"][0]["node"];
    assert_eq!(event["stream"], json!("allocation-A1234BC"));
    assert_eq!(event["type"], json!("PrimaryPomAllocated"));
    assert_eq!(event["hash"].as_str().map(str::len), Some(64));
    let payload: Value = serde_json::from_str(event["payload"].as_str().unwrap()).unwrap();
    assert_eq!(payload["PrimaryPomAllocated"]["pom"]["staffId"], json!(POM));
}

#[tokio::test]
async fn a_global_id_leads_back_to_what_it_names() {
    let world = World::new().await;
    world.allocated().await;
    let ids = world
        .data(
            allocator("LEI"),
            "{ case(nomsNumber: \"A1234BC\") { id allocation { id } } prison(code: \"LEI\") { id } pom(prison: \"LEI\", staffId: 485926) { id } }",
        )
        .await;
    let named = [
        ("Case", &ids["case"]["id"]),
        ("Allocation", &ids["case"]["allocation"]["id"]),
        ("Prison", &ids["prison"]["id"]),
        ("Pom", &ids["pom"]["id"]),
    ];
    for (kind, id) in named {
        let found = world
            .data(
                allocator("LEI"),
                &format!("{{ node(id: {id}) {{ __typename id }} }}"),
            )
            .await;
        assert_eq!(found["node"], json!({"__typename": kind, "id": id}));
    }
    assert_eq!(
        world
            .code(allocator("LEI"), "{ node(id: \"Q2FzZTo\") { id } }")
            .await,
        "BAD_USER_INPUT"
    );
}

#[tokio::test]
async fn wrong_values_are_named_with_what_to_give() {
    let world = World::new().await;
    let answered = world
        .ask(allocator("LEI"), "{ case(nomsNumber: \"a1\") { id } }")
        .await;
    assert_eq!(code(&answered), "BAD_USER_INPUT");
    assert!(
        answered["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("A1234BC")
    );
    for query in [
        "{ prison(code: \"leeds\") { id } }",
        "{ case(nomsNumber: 7) { id } }",
        "{ pom(prison: \"LEI\", staffId: -1) { id } }",
        "{ events(after: \"-1\") { totalCount } }",
        &format!(
            "{{ cases(prison: \"LEI\", bucket: ALLOCATED, filter: {{ name: \"{}\" }}) {{ totalCount }} }}",
            "a ".repeat(51)
        ),
        &format!(
            "{{ events(filter: {{ types: [\"{}\"] }}) {{ totalCount }} }}",
            "a".repeat(101)
        ),
        &format!(
            "{{ events(filter: {{ categories: [{}] }}) {{ totalCount }} }}",
            "\"a\" ".repeat(21)
        ),
        "{ allocation(nomsNumber: \"A1234BC\", asOf: \"yesterday\") { id } }",
    ] {
        assert_eq!(
            world.code(caller(Role::Auditor, None), query).await,
            "BAD_USER_INPUT",
            "{query}"
        );
    }
}
