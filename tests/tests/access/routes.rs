//! Every route, found in the sources of the doors, and what a stranger gets there.

use std::{collections::BTreeSet, fs, path::Path};

use reqwest::{Method, StatusCode};
use tests::Stage;

/// Paths as the router knows them, how they are asked for, and what is answered when nobody says who asks.
const ROUTES: [(&str, Method, StatusCode); 15] = [
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
    ("/api/{*rest}", Method::GET, StatusCode::UNAUTHORIZED),
    ("/health", Method::GET, StatusCode::OK),
    ("/health/liveness", Method::GET, StatusCode::OK),
    ("/health/readiness", Method::GET, StatusCode::OK),
    ("/health/ping", Method::GET, StatusCode::OK),
    ("/info", Method::GET, StatusCode::OK),
    ("/metrics", Method::GET, StatusCode::OK),
    // Its page holds a token: only the local profile has one.
    ("/graphiql", Method::GET, StatusCode::NOT_FOUND),
    ("/graphiql/{file}", Method::GET, StatusCode::NOT_FOUND),
];

#[tokio::test]
async fn every_route_is_closed_to_strangers_but_for_what_probes_ask() {
    let stage = Stage::start().await;
    for (route, method, expected) in ROUTES {
        let path = route
            .replace("{noms}", "A1234BC")
            .replace("{*rest}", "poms")
            .replace("{file}", "graphiql.min.js");
        let request = stage.http().request(method, stage.url(&path));
        let request = request.header("Content-Type", "application/json").body("{}");
        assert_eq!(request.send().await.unwrap().status(), expected, "{route}");
    }
}

#[test]
fn no_route_is_forgotten() {
    let doors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src/http");
    let mut routes = BTreeSet::new();
    for file in fs::read_dir(doors).unwrap() {
        let source = fs::read_to_string(file.unwrap().path()).unwrap();
        for other_way in [".nest(", ".nest_service(", ".route_service(", ".fallback("] {
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
