//! The rooms of the house and the doors between them: an edge that is not listed here fails.

mod circles;
mod recipes;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

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

/// The tables in the log's schema that are not the log's: the projections keep their checkpoints there.
const OTHER_TABLES: &[&str] = &["projection"];

/// The tables of the schema `es` that a text names, but for those of other rooms.
fn log_tables(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("es.").filter_map(|(at, schema)| {
        let before = text[..at].chars().next_back();
        let after = &text[at + schema.len()..];
        let end = after.find(|c: char| !c.is_ascii_lowercase() && c != '_');
        let table = &after[..end.unwrap_or(after.len())];
        let begins_here = !before.is_some_and(|c| c.is_alphanumeric() || "_.".contains(c));
        (begins_here && !table.is_empty() && !OTHER_TABLES.contains(&table)).then_some(table)
    })
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_table_of_the_log_is_recognised_wherever_it_is_named() {
    let sql = "select from es.event join es.projection p; \"es.outbox\" types.rs values.es.x";
    assert_eq!(log_tables(sql).collect::<Vec<_>>(), ["event", "outbox"]);
}

#[test]
fn only_the_event_store_has_sql_on_the_tables_of_the_log() {
    let root = metadata().workspace_root;
    for (room, ..) in ROOMS
        .iter()
        .filter(|(room, ..)| !["event-store", "tests"].contains(room))
    {
        for file in files(root.join(room).join("src").as_std_path()) {
            let text = std::fs::read(&file).unwrap();
            let text = String::from_utf8_lossy(&text);
            let named: Vec<_> = log_tables(&text).collect();
            assert!(
                named.is_empty(),
                "{} names tables of the log ({named:?}): ask the event store",
                file.display()
            );
        }
    }
}
