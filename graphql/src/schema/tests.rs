//! The schema is the committed one, describes every member, and keeps to its limits.

use std::path::Path;

use super::{builder, sdl};

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");

#[test]
fn the_committed_schema_is_the_schema() {
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(COMMITTED, sdl()).unwrap();
    }
    let committed = std::fs::read_to_string(Path::new(COMMITTED)).unwrap();
    assert!(
        committed == sdl(),
        "graphql/schema.graphql is not the schema: look at what changed for clients, then run this test with UPDATE_SCHEMA=1"
    );
}

async fn introspected() -> serde_json::Value {
    let query = include_str!("../../corpus/introspection.graphql");
    let response = builder().finish().execute(query).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    response.data.into_json().unwrap()
}

fn list<'a>(value: &'a serde_json::Value, member: &str) -> &'a [serde_json::Value] {
    value[member].as_array().map_or(&[], Vec::as_slice)
}

fn undescribed(schema: &serde_json::Value) -> Vec<String> {
    let mut missing = Vec::new();
    let mut look = |path: String, thing: &serde_json::Value| {
        if thing["description"].as_str().is_none_or(str::is_empty) {
            missing.push(path);
        }
    };
    for found in list(schema, "types") {
        let name = found["name"].as_str().unwrap();
        // What GraphQL itself defines is described there.
        if name.starts_with("__") || name == "ID" {
            continue;
        }
        look(name.to_owned(), found);
        for kind in ["fields", "inputFields", "enumValues"] {
            for member in list(found, kind) {
                let path = format!("{name}.{}", member["name"].as_str().unwrap());
                look(path.clone(), member);
                for argument in list(member, "args") {
                    look(
                        format!("{path}({})", argument["name"].as_str().unwrap()),
                        argument,
                    );
                }
            }
        }
    }
    missing
}

#[tokio::test]
async fn everything_is_described() {
    let schema = introspected().await;
    assert_eq!(undescribed(&schema["__schema"]), Vec::<String>::new());
}

#[tokio::test]
async fn our_own_scalars_say_what_they_are() {
    let schema = introspected().await;
    let specified = |name: &str| {
        let types = list(&schema["__schema"], "types");
        types
            .iter()
            .find(|found| found["name"] == name)
            .map(|found| found["specifiedByURL"].is_string())
    };
    for scalar in ["Date", "DateTime", "UUID"] {
        assert_eq!(specified(scalar), Some(true), "{scalar}");
    }
    for scalar in ["NomsNumber", "PrisonCode", "Position"] {
        assert!(specified(scalar).is_some(), "{scalar}");
    }
}

#[tokio::test]
async fn sizes_out_of_range_are_reckoned_without_panicking() {
    for first in ["-6", "2147483647", "-2147483648", "0"] {
        // Both operations are reckoned, and none is executed.
        let query = format!(
            "query A {{ cases(prison: \"LEI\", bucket: ALLOCATED, first: {first}) {{ totalCount }} }} query B {{ __typename }}"
        );
        let response = builder().finish().execute(query).await;
        assert!(
            response.errors[0].message.contains("Operation name required"),
            "{:?}",
            response.errors
        );
    }
}
