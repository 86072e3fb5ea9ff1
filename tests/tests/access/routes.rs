//! Every route, found in the sources of the doors, and what a stranger gets there.

use std::{collections::BTreeSet, fs, path::Path};

use reqwest::{Method, StatusCode};
use tests::Stage;

/// Paths as the router knows them, how they are asked for, and what is answered when nobody says who asks.
const ROUTES: [(&str, Method, StatusCode); 17] = [
    ("/graphql", Method::POST, StatusCode::UNAUTHORIZED),
    ("/graphql/stream", Method::POST, StatusCode::UNAUTHORIZED),
    // Without the handshake. After it everybody has to introduce themselves: hostile/sockets.rs.
    ("/graphql/ws", Method::GET, StatusCode::BAD_REQUEST),
    ("/api", Method::GET, StatusCode::UNAUTHORIZED),
    ("/api/allocation/{noms}", Method::GET, StatusCode::UNAUTHORIZED),
    (
        "/api/allocation/{noms}/primary_pom",
        Method::GET,
        StatusCode::UNAUTHORIZED,
    ),
    ("/api/handovers/{noms}", Method::GET, StatusCode::UNAUTHORIZED),
    ("/api/offenders/{noms}", Method::GET, StatusCode::UNAUTHORIZED),
    ("/health", Method::GET, StatusCode::OK),
    ("/health/liveness", Method::GET, StatusCode::OK),
    ("/health/readiness", Method::GET, StatusCode::OK),
    ("/health/ping", Method::GET, StatusCode::OK),
    ("/info", Method::GET, StatusCode::OK),
    // Leads to /info.
    ("/", Method::GET, StatusCode::SEE_OTHER),
    // For operators, at another port.
    ("/metrics", Method::GET, StatusCode::NOT_FOUND),
    // Its page holds a token: only the local profile has one.
    ("/graphiql", Method::GET, StatusCode::NOT_FOUND),
    ("/graphiql/{file}", Method::GET, StatusCode::NOT_FOUND),
];

/// What anybody may read (spec/integration.md 3.2), so far as it is here.
const PUBLIC: [&str; 5] = [
    "/health",
    "/health/liveness",
    "/health/readiness",
    "/health/ping",
    "/info",
];

#[test]
fn strangers_are_answered_what_is_on_the_public_list_and_nothing_else() {
    let answered = ROUTES.iter().filter(|(.., status)| status.is_success());
    let answered: Vec<_> = answered.map(|(route, ..)| *route).collect();
    assert_eq!(answered, PUBLIC);
}

#[tokio::test]
async fn metrics_are_answered_at_the_port_of_operators_and_nowhere_else() {
    let stage = Stage::start().await;
    let operators = stage.service().management().unwrap();
    let at = |path: &str| stage.http().get(format!("http://{operators}{path}")).send();
    assert_eq!(at("/metrics").await.unwrap().status(), StatusCode::OK);
    for other in ["/", "/health", "/graphql", "/api"] {
        assert_eq!(
            at(other).await.unwrap().status(),
            StatusCode::NOT_FOUND,
            "{other}"
        );
    }
    for token in [None, Some(stage.administrator())] {
        let here = stage.get("/metrics", token.as_deref()).await;
        assert_eq!(here.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn every_route_is_closed_to_strangers_but_for_what_probes_ask() {
    let stage = Stage::start().await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let client = client.build().unwrap();
    for (route, method, expected) in ROUTES {
        let path = route
            .replace("{noms}", "A1234BC")
            .replace("{file}", "graphiql.min.js");
        let request = client.request(method, stage.url(&path));
        let request = request.header("Content-Type", "application/json").body("{}");
        assert_eq!(request.send().await.unwrap().status(), expected, "{route}");
    }
}

#[test]
fn no_route_is_forgotten() {
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src/http")];
    let mut routes = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let source = fs::read_to_string(path).unwrap();
        // The fallback answers what has no route: consumers/addresses.rs.
        for other_way in [
            ".nest(",
            ".nest_service(",
            ".route_service(",
            ".fallback_service(",
        ] {
            assert!(
                !source.contains(other_way),
                "{other_way} makes routes that this does not find"
            );
        }
        let found = source.split(".route(\"").skip(1);
        routes.extend(found.map(|rest| rest.split('"').next().unwrap().to_owned()));
    }
    let tested: BTreeSet<_> = ROUTES.iter().map(|(route, ..)| (*route).to_owned()).collect();
    assert_eq!(tested, routes);
}
