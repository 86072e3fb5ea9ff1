//! The log stays readable: every event has golden samples of each schema version that was ever written.

use std::{collections::BTreeSet, fs, path::PathBuf};

use domain::{AnyStream, CatalogueEntry, DomainEvent, StoredEvent, UPCASTERS, UndecodableEvent, catalogue};
use serde_json::{Value, json};

fn schema() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schema")
}

fn samples(entry: CatalogueEntry, version: i16) -> Vec<Value> {
    let path = schema().join(format!("{}.v{version}.json", entry.event_type));
    serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap()
}

fn present_samples() -> impl Iterator<Item = (CatalogueEntry, Vec<Value>)> {
    catalogue().map(|entry| (entry, samples(entry, entry.schema_version)))
}

fn a_stream(category: &str) -> AnyStream {
    let key = if category == "pom" {
        "LEI-485926"
    } else {
        "A1234BC"
    };
    format!("{category}-{key}").parse().unwrap()
}

fn decode(
    category: &str,
    event_type: &str,
    schema_version: i16,
    payload: &Value,
) -> Result<DomainEvent, UndecodableEvent> {
    let stored = StoredEvent {
        event_type,
        schema_version,
        payload: &payload.to_string(),
    };
    DomainEvent::decode(a_stream(category), stored)
}

fn decoded(entry: CatalogueEntry, version: i16, sample: &Value) -> DomainEvent {
    decode(entry.category, entry.event_type, version, sample).unwrap()
}

fn written(event: &DomainEvent) -> Value {
    match event {
        DomainEvent::Allocation(event) => serde_json::to_value(event),
        DomainEvent::Case(event) => serde_json::to_value(event),
        DomainEvent::Pom(event) => serde_json::to_value(event),
        DomainEvent::Prisoner(event) => serde_json::to_value(event),
    }
    .unwrap()
}

#[test]
fn every_present_sample_is_read_and_written_again_as_it_was() {
    for (entry, samples) in present_samples() {
        assert!(!samples.is_empty(), "{} has no sample", entry.event_type);
        for sample in samples {
            let event = decoded(entry, entry.schema_version, &sample);
            assert_eq!(
                (event.category(), event.name()),
                (entry.category, entry.event_type)
            );
            assert_eq!(written(&event), sample);
        }
    }
}

/// The samples of an old version stand in the order of the present ones that they become.
#[test]
fn every_sample_of_an_old_version_is_lifted_to_the_present_one() {
    for (entry, present) in present_samples() {
        for version in 1..entry.schema_version {
            let lifted = samples(entry, version)
                .iter()
                .map(|sample| written(&decoded(entry, version, sample)))
                .collect::<Vec<_>>();
            assert_eq!(lifted, present, "{} version {version}", entry.event_type);
        }
    }
}

#[test]
fn a_later_version_or_another_type_is_refused_and_never_guessed() {
    for (entry, samples) in present_samples() {
        let CatalogueEntry {
            category,
            event_type,
            schema_version,
            ..
        } = entry;
        for version in [schema_version + 1, 0, -1, i16::MAX] {
            let refused = decode(category, event_type, version, &samples[0]).unwrap_err();
            assert!(
                matches!(refused, UndecodableEvent::Version { .. }),
                "{event_type}"
            );
        }
        let refused = decode(category, "Unheard", schema_version, &samples[0]);
        assert_eq!(refused, Err(UndecodableEvent::Type));
        let refused = decode(category, event_type, schema_version, &json!({"Unheard": {}}));
        assert_eq!(refused, Err(UndecodableEvent::Payload));
    }
}

#[test]
fn an_event_is_of_its_own_category_only() {
    for (entry, samples) in present_samples() {
        for category in AnyStream::CATEGORIES
            .iter()
            .filter(|other| **other != entry.category)
        {
            let refused = decode(category, entry.event_type, entry.schema_version, &samples[0]);
            assert_eq!(refused, Err(UndecodableEvent::Type), "{}", entry.event_type);
        }
    }
}

#[test]
fn the_upcasters_are_those_that_cqrs_es_can_use() {
    use cqrs_es::persist::{EventUpcaster, SerializedEvent};
    for upcaster in UPCASTERS {
        let entry = catalogue()
            .find(|entry| entry.event_type == upcaster.event_type)
            .unwrap();
        let [old, new] = [upcaster.from, upcaster.from + 1].map(|version| samples(entry, version));
        for (old, new) in old.into_iter().zip(new) {
            let version = upcaster.from.to_string();
            assert!(upcaster.can_upcast(upcaster.event_type, &version));
            let event = SerializedEvent::new(
                "A1234BC".to_owned(),
                1,
                upcaster.category.to_owned(),
                upcaster.event_type.to_owned(),
                version,
                old,
                json!({}),
            );
            let lifted = upcaster.upcast(event);
            assert_eq!(
                (lifted.event_version, lifted.payload),
                ((upcaster.from + 1).to_string(), new)
            );
        }
    }
}

#[test]
fn the_catalogue_lists_every_category() {
    let listed: BTreeSet<&str> = catalogue().map(|entry| entry.category).collect();
    assert_eq!(listed, AnyStream::CATEGORIES.iter().copied().collect());
}

#[test]
fn every_file_of_samples_belongs_to_a_version_of_an_event() {
    let versions: BTreeSet<String> = catalogue()
        .flat_map(|entry| {
            (1..=entry.schema_version).map(move |version| format!("{}.v{version}.json", entry.event_type))
        })
        .collect();
    let files: BTreeSet<String> = fs::read_dir(schema())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();

    assert_eq!(files, versions);
}

#[test]
fn events_have_no_floating_point_numbers() {
    fn has_float(value: &Value) -> bool {
        match value {
            Value::Number(number) => number.is_f64(),
            Value::Array(members) => members.iter().any(has_float),
            Value::Object(members) => members.values().any(has_float),
            _ => false,
        }
    }
    for (entry, samples) in present_samples() {
        assert!(!samples.iter().any(has_float), "{}", entry.event_type);
    }
}

#[test]
fn the_events_listed_for_readers_are_those_of_the_catalogue() {
    const PAGE: &str = include_str!("../../../docs/EVENTS.md");
    let listed = PAGE.split_once("<!-- events -->").unwrap().1.lines();
    let listed: Vec<&str> = listed.filter(|line| line.starts_with("| `")).collect();
    let catalogued: Vec<String> = catalogue()
        .map(|entry| {
            let key = if entry.category == "pom" {
                "{prison}-{staff}"
            } else {
                "{noms}"
            };
            let CatalogueEntry {
                category,
                event_type,
                schema_version,
                meaning,
            } = entry;
            format!("| `{category}-{key}` | `{event_type}` | {schema_version} | {meaning} |")
        })
        .collect();
    assert_eq!(listed, catalogued);
}
