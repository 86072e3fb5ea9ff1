//! Who may do what, over HTTP: everything is refused by default, to strangers, to the wrong role and to the wrong prison.

mod routes;
mod table;

use std::collections::BTreeSet;

use domain::LegalStatus;
use serde_json::{Value, json};
use simulator::{Fault, TokenIssuer, TokenRequest, upstreams::Api};
use table::{FIELDS, Outcome, PLACES, ROLES, Who};
use tests::{
    Answered, Stage,
    documents::ADD_COWORKING,
    follow::Events,
    people::{self, ANN, EVE},
};

const NO_TOKEN: &str = r#"{"status":"error","message":"Valid authorisation token required"}"#;
const READ: &str = "ROLE_VIEW_POM_ALLOCATIONS";

/// Sam has Ann as primary and Eve as co-working POM at Leeds.
async fn stage_with_sam() -> Stage {
    let stage = Stage::start().await;
    stage.prisoner("A1234BC").await;
    stage.allocate("A1234BC", ANN).await;
    let coworking = json!({ "nomsNumber": "A1234BC", "prison": "LEI", "staffId": EVE });
    stage.change(&stage.allocator(), ADD_COWORKING, coworking).await;
    stage
}

fn contract() -> [&'static str; 4] {
    [
        "/api",
        "/api/allocation/A1234BC",
        "/api/allocation/A1234BC/primary_pom",
        "/api/anything/else",
    ]
}

#[tokio::test]
async fn the_contract_is_for_readers_with_the_scope_and_nobody_else() {
    let stage = stage_with_sam().await;
    for path in contract() {
        for role in ROLES {
            let answer = stage.get(path, Some(&stage.token(&[role], &["LEI"]))).await;
            let by_client = stage.get(path, Some(&stage.client_token(&[role]))).await;
            assert_eq!(answer.status, by_client.status, "{path} as {role}");
            if role == READ {
                let expected = if path == "/api/anything/else" { 400 } else { 200 };
                assert_eq!(answer.status, expected, "{path}");
            } else {
                assert_eq!(
                    (answer.status.as_u16(), &*answer.body),
                    (401, NO_TOKEN),
                    "{path} as {role}"
                );
            }
            assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow");
        }
        let scopeless = TokenRequest {
            scope: vec!["write".to_owned()],
            ..TokenRequest::client("another-service", &[READ])
        };
        let answer = stage.get(path, Some(&stage.token_of(&scopeless))).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.body),
            (401, NO_TOKEN),
            "{path} without the scope"
        );
    }
}

#[tokio::test]
async fn what_probes_and_catalogues_ask_needs_no_token() {
    let stage = Stage::start().await;
    for path in [
        "/health",
        "/health/liveness",
        "/health/readiness",
        "/health/ping",
        "/info",
    ] {
        assert_eq!(stage.get(path, None).await.status, 200, "{path}");
    }
}

fn base64(json: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = json.bytes().map(|byte| format!("{byte:08b}")).collect();
    let sixes = bits
        .as_bytes()
        .chunks(6)
        .map(|six| format!("{:0<6}", std::str::from_utf8(six).unwrap()));
    sixes
        .map(|six| char::from(LETTERS[usize::from_str_radix(&six, 2).unwrap()]))
        .collect()
}

/// `Authorization` headers that prove nothing.
fn worthless(stage: &Stage) -> Vec<(&'static str, String)> {
    let request = TokenRequest::client("another-service", &[READ, "ROLE_MOIC_ADMIN"]);
    let good = stage.token_of(&request);
    let [header, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else {
        panic!("{good}")
    };
    let expired = TokenRequest {
        lifetime: chrono::TimeDelta::hours(-1),
        ..request.clone()
    };
    let forged = TokenIssuer::in_memory().unwrap().issue(&request).unwrap();
    let unsigned = format!("{}.{claims}.", base64(r#"{"alg":"none","typ":"JWT"}"#));
    let flipped: String = signature.chars().rev().collect();
    let weak = TokenRequest::client("another-service", &[]);
    let weak = stage.token_of(&weak);
    let others_signature = weak.rsplit('.').next().unwrap();
    vec![
        ("expired", format!("Bearer {}", stage.token_of(&expired))),
        ("signed by a stranger", format!("Bearer {forged}")),
        ("not signed", format!("Bearer {unsigned}")),
        (
            "with a broken signature",
            format!("Bearer {header}.{claims}.{flipped}"),
        ),
        (
            "with another token's signature",
            format!("Bearer {header}.{claims}.{others_signature}"),
        ),
        ("without a signature", format!("Bearer {header}.{claims}")),
        ("of another scheme", format!("Basic {good}")),
        ("without a scheme", good),
        ("no token at all", "Bearer seven".to_owned()),
        ("empty", "Bearer ".to_owned()),
    ]
}

async fn ask_with(stage: &Stage, authorization: Option<&str>) -> (Answered, Answered) {
    let mut contract = stage.http().get(stage.url("/api/allocation/A1234BC"));
    let mut graphql = stage
        .http()
        .post(stage.url("/graphql"))
        .json(&json!({ "query": "{ me { username } }" }));
    if let Some(authorization) = authorization {
        contract = contract.header("Authorization", authorization);
        graphql = graphql.header("Authorization", authorization);
    }
    let contract = Answered::read(contract.send().await.unwrap()).await;
    (contract, Answered::read(graphql.send().await.unwrap()).await)
}

fn assert_unauthenticated((contract, graphql): &(Answered, Answered), with: &str) {
    assert_eq!(
        (contract.status.as_u16(), &*contract.body),
        (401, NO_TOKEN),
        "{with}"
    );
    assert_eq!(
        (graphql.status.as_u16(), graphql.header("www-authenticate")),
        (401, "Bearer"),
        "{with}"
    );
    assert_eq!(
        graphql.json()["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED",
        "{with}"
    );
    assert_eq!(graphql.json().get("data"), None, "{with}");
}

#[tokio::test]
async fn a_token_that_proves_nothing_opens_nothing() {
    let stage = stage_with_sam().await;
    assert_unauthenticated(&ask_with(&stage, None).await, "nothing");
    for (what, header) in worthless(&stage) {
        assert_unauthenticated(&ask_with(&stage, Some(&header)).await, what);
    }
    let good = stage.consumer();
    for path in ["/api/allocation/A1234BC", "/graphql?query={me{username}}"] {
        let twice = stage.http().get(stage.url(path));
        let twice = twice.bearer_auth(&good).header("Authorization", "Bearer seven");
        let status = twice.send().await.unwrap().status();
        assert_eq!(status, 401, "{path}: which of two counts nobody knows");
    }
    let answer = stage.get("/api/allocation/A1234BC", Some(&good)).await;
    assert_eq!(answer.status, 200, "a good one does, after all these");
}

#[tokio::test]
async fn a_token_of_another_issuer_opens_nothing() {
    let stage = Stage::start_with(|configuration| {
        configuration.issuer = "https://elsewhere.invalid/auth/issuer".to_owned()
    });
    let stage = stage.await;
    let header = format!("Bearer {}", stage.consumer());
    assert_unauthenticated(&ask_with(&stage, Some(&header)).await, "another issuer");
}

#[tokio::test]
async fn while_caseloads_cannot_be_had_the_contract_answers_and_whoever_needs_them_is_told_to_come_back() {
    let stage = stage_with_sam().await;
    stage
        .simulator
        .set_fault(Api::NomisUserRoles, Some(Fault::status(503)));
    // Nobody who was let in before: what their caseloads were would still be known.
    let header = format!("Bearer {}", stage.token(&["ROLE_ALLOC_MGR", READ], &["MDI"]));
    let (contract, graphql) = ask_with(&stage, Some(&header)).await;
    assert_eq!(contract.status, 200, "its readers are told by their role alone");
    assert_eq!(
        (graphql.status.as_u16(), graphql.header("retry-after")),
        (503, "1")
    );
    assert_eq!(graphql.json()["errors"][0]["extensions"]["code"], "OVERLOADED");
    stage.simulator.set_fault(Api::NomisUserRoles, None);
    let (_, graphql) = ask_with(&stage, Some(&header)).await;
    assert_eq!(graphql.status, 200);
}

/// What the caller gets from a root field.
fn outcome(answered: &Value) -> Outcome {
    let error = &answered["errors"][0]["extensions"]["code"];
    if error == "FORBIDDEN" {
        return Outcome::Refused;
    }
    assert_eq!(error, &Value::Null, "{answered}");
    let field = answered["data"].as_object().unwrap().values().next().unwrap();
    let empty = field.is_null() || field["totalCount"] == 0 || *field == json!([]);
    if empty { Outcome::Nothing } else { Outcome::Seen }
}

#[tokio::test]
async fn every_root_field_is_for_its_roles_in_their_caseloads_and_nobody_else() {
    let stage = stage_with_sam().await;
    people::observe(stage.bus(), "A0002AA", "MDI", LegalStatus::Sentenced, None).await;
    stage
        .service()
        .models
        .reached(stage.head().await, tests::waiting::PATIENCE)
        .await
        .unwrap();
    let head = stage.head().await;
    for (name, query, who) in FIELDS {
        for role in ROLES {
            for caseloads in PLACES {
                let token = stage.token(&[role], caseloads);
                let answered = if name.starts_with("Subscription") {
                    Events::open(&stage, &token, query).await.next().await
                } else {
                    stage.graphql(&token, query, Value::Null).await
                };
                let expected = who.expects(role, caseloads.contains(&"LEI"));
                assert_eq!(
                    outcome(&answered),
                    expected,
                    "{name} as {role} of {caseloads:?}: {answered}"
                );
            }
        }
        let stranger = stage.token(&[], &["LEI"]);
        if !name.starts_with("Subscription") {
            let answered = stage.graphql(&stranger, query, Value::Null).await;
            assert_eq!(outcome(&answered), who.expects("", true), "{name} without a role");
        }
    }
    assert_eq!(stage.head().await, head, "asking changed nothing");
}

#[tokio::test]
async fn an_administrator_who_is_an_allocator_elsewhere_neither_allocates_nor_reads_lists_here() {
    let stage = stage_with_sam().await;
    let both = stage.token(&["ROLE_MOIC_ADMIN", "ROLE_ALLOC_MGR"], &["MDI"]);
    for (name, query, _) in FIELDS
        .iter()
        .filter(|(name, ..)| !name.starts_with("Subscription"))
    {
        let expected = match *name {
            "Query.me" | "Query.allocation" | "Mutation.deallocatePrimaryPom" => Outcome::Seen,
            "Query.case" | "Query.timeline" => Outcome::Nothing,
            _ => Outcome::Refused,
        };
        let answered = stage.graphql(&both, query, Value::Null).await;
        assert_eq!(outcome(&answered), expected, "{name}: {answered}");
    }
}

#[tokio::test]
async fn poms_see_their_own_profile_and_no_other() {
    let stage = Stage::start().await;
    let ann = stage.token_of(&TokenRequest {
        staff_id: Some(ANN.try_into().unwrap()),
        username: Some("ANN_OF_LEEDS".to_owned()),
        ..TokenRequest::local_user(&["ROLE_ALLOC_CASE_MGR"], &[people::prison("LEI")])
    });
    let profile = |staff: i64| format!("{{ pom(prison: \"LEI\", staffId: {staff}) {{ name }} }}");
    assert_eq!(
        outcome(&stage.graphql(&ann, &profile(ANN), Value::Null).await),
        Outcome::Seen
    );
    assert_eq!(
        outcome(&stage.graphql(&ann, &profile(EVE), Value::Null).await),
        Outcome::Refused
    );
}

#[test]
fn no_root_field_is_forgotten() {
    let sdl = graphql::sdl();
    let mut fields = BTreeSet::new();
    for root in ["Query", "Mutation", "Subscription"] {
        let (_, rest) = sdl.split_once(&format!("type {root} {{")).unwrap();
        let (body, _) = rest.split_once("\n}").unwrap();
        let names = body
            .lines()
            .filter_map(|line| line.strip_prefix('\t')?.split(['(', ':']).next());
        let names = names.filter(|name| name.chars().all(char::is_alphanumeric) && !name.is_empty());
        let names = names.filter(|name| name.starts_with(char::is_lowercase));
        fields.extend(names.map(|name| format!("{root}.{name}")));
    }
    let tested: BTreeSet<_> = FIELDS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(tested, fields);
    assert!(FIELDS.iter().any(|(.., who)| matches!(who, Who::Auditors)));
}
