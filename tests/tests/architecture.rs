//! The rooms of the house and the doors between them: an edge that is not listed here fails.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// Which rooms each room may use, and which outside crates it must not know.
const ROOMS: &[(&str, &[&str], &[&str])] = &[
    (
        "domain",
        &[],
        &[
            "tokio",
            "sqlx",
            "axum",
            "rand",
            "reqwest",
            "aws-sdk-sns",
            "aws-sdk-sqs",
        ],
    ),
    (
        "event-store",
        &[],
        &["axum", "async-graphql", "reqwest", "aws-sdk-sns", "aws-sdk-sqs"],
    ),
    (
        "commands",
        &["domain", "event-store"],
        &["sqlx", "axum", "async-graphql", "reqwest", "aws-sdk-sns"],
    ),
    (
        "projections",
        &["domain", "event-store"],
        &["axum", "async-graphql", "reqwest", "aws-sdk-sns"],
    ),
    (
        "graphql",
        &["domain", "commands", "projections"],
        &["sqlx", "axum", "reqwest", "aws-sdk-sns", "aws-sdk-sqs"],
    ),
    (
        "messaging",
        &["event-store", "commands"],
        &["axum", "async-graphql", "reqwest"],
    ),
    (
        "hmpps",
        &["domain", "commands"],
        &["sqlx", "axum", "async-graphql", "aws-sdk-sns"],
    ),
    (
        "simulator",
        &["domain"],
        &["sqlx", "async-graphql", "aws-sdk-sns", "aws-sdk-sqs"],
    ),
    (
        "workbench",
        &[],
        &["axum", "async-graphql", "aws-sdk-sns", "aws-sdk-sqs"],
    ),
    (
        "conformance",
        &["domain"],
        &[
            "tokio",
            "sqlx",
            "axum",
            "async-graphql",
            "clap",
            "reqwest",
            "aws-sdk-sns",
            "aws-sdk-sqs",
        ],
    ),
    (
        "server",
        &[
            "domain",
            "event-store",
            "commands",
            "projections",
            "graphql",
            "messaging",
            "hmpps",
            "conformance",
            "simulator",
            "workbench",
        ],
        &[],
    ),
    (
        "tests",
        &[
            "domain",
            "event-store",
            "commands",
            "projections",
            "graphql",
            "messaging",
            "hmpps",
            "conformance",
            "simulator",
            "workbench",
            "server",
        ],
        &[],
    ),
];

fn metadata() -> Metadata {
    MetadataCommand::new().no_deps().exec().unwrap()
}

/// What each room depends on in what it ships; tests may use anything.
fn shipped() -> BTreeMap<String, BTreeSet<String>> {
    let ships = |dependency: &&cargo_metadata::Dependency| dependency.kind == DependencyKind::Normal;
    metadata()
        .packages
        .iter()
        .map(|package| {
            let uses = package
                .dependencies
                .iter()
                .filter(ships)
                .map(|d| d.name.clone())
                .collect();
            (package.name.to_string(), uses)
        })
        .collect()
}

#[test]
fn every_crate_is_a_room_of_the_house() {
    let crates: BTreeSet<_> = shipped().into_keys().collect();
    let rooms: BTreeSet<_> = ROOMS.iter().map(|(room, ..)| (*room).to_owned()).collect();
    assert_eq!(crates, rooms);
}

#[test]
fn no_room_opens_a_door_that_is_not_its_own() {
    let shipped = shipped();
    let rooms: BTreeSet<_> = ROOMS.iter().map(|(room, ..)| *room).collect();
    for (room, may_use, must_not_know) in ROOMS {
        for used in &shipped[*room] {
            let is_room = rooms.contains(used.as_str());
            assert!(
                !is_room || may_use.contains(&used.as_str()),
                "{room} may not use {used}"
            );
            assert!(
                !must_not_know.contains(&used.as_str()),
                "{room} must not know {used}"
            );
        }
    }
}
