//! What the log holds stays readable: every event has samples of each shape that was ever written.

use std::{collections::BTreeSet, fs, path::PathBuf};

use domain::{
    allocation::AllocationEvent, case::CaseEvent, catalogue, pom::PomEvent, prisoner::PrisonerEvent,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

fn schema() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schema")
}

fn samples(name: &str) -> Vec<Value> {
    let path = schema().join(format!("{name}.v1.json"));
    serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap()
}

/// The sample as this version writes it, and the name it gives it.
fn written_again(category: &str, sample: &Value) -> (&'static str, Value) {
    fn through<E: DeserializeOwned + Serialize>(
        sample: &Value,
        name: fn(&E) -> &'static str,
    ) -> (&'static str, Value) {
        let event: E = serde_json::from_value(sample.clone()).unwrap();
        (name(&event), serde_json::to_value(&event).unwrap())
    }
    match category {
        "allocation" => through(sample, AllocationEvent::name),
        "case" => through(sample, CaseEvent::name),
        "pom" => through(sample, PomEvent::name),
        _ => through(sample, PrisonerEvent::name),
    }
}

/// The names that a decoder knows, as it lists them when it meets one that it doesn't.
fn names_known<E: DeserializeOwned>() -> BTreeSet<String> {
    let error = serde_json::from_value::<E>(json!("?")).err().unwrap().to_string();
    let listed = error.split_once("expected").unwrap().1;
    listed.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_sample_is_read_and_written_again_as_it_was() {
    for (name, category, _) in catalogue() {
        let samples = samples(name);
        assert!(!samples.is_empty(), "{name} has no sample");
        for sample in samples {
            assert_eq!(written_again(category, &sample), (*name, sample.clone()));
        }
    }
}

/// Both were written in clear once; the eighteenth birthday gave the date of birth away.
#[test]
fn what_was_written_in_clear_is_read_and_written_so_no_more() {
    let sample = samples("PrisonerObserved").remove(0);
    let mut older = sample.clone();
    older["PrisonerObserved"]["adultOn"] = json!("2008-05-20");
    older["PrisonerObserved"]["location"] = json!("A-1-02");
    assert_eq!(written_again("prisoner", &older), ("PrisonerObserved", sample));
}

#[test]
fn the_catalogue_lists_every_event_and_no_other() {
    let listed = |category: &str| -> BTreeSet<String> {
        catalogue()
            .iter()
            .filter(|(_, of, _)| *of == category)
            .map(|(name, ..)| (*name).to_owned())
            .collect()
    };

    assert_eq!(listed("allocation"), names_known::<AllocationEvent>());
    assert_eq!(listed("case"), names_known::<CaseEvent>());
    assert_eq!(listed("pom"), names_known::<PomEvent>());
    assert_eq!(listed("prisoner"), names_known::<PrisonerEvent>());
    let categories: BTreeSet<&str> = catalogue().iter().map(|(_, category, _)| *category).collect();
    assert_eq!(
        categories,
        BTreeSet::from(["allocation", "case", "pom", "prisoner"])
    );
}

#[test]
fn every_file_of_samples_belongs_to_an_event() {
    let names: BTreeSet<String> = catalogue()
        .iter()
        .map(|(name, ..)| format!("{name}.v1.json"))
        .collect();
    let files: BTreeSet<String> = fs::read_dir(schema())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();

    assert_eq!(files, names);
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
    for (name, ..) in catalogue() {
        assert!(!samples(name).iter().any(has_float), "{name}");
    }
}
