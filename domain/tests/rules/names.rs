//! A hundred names: what is shown, what finds them, and how they stand in a list.

use domain::names::{
    FOLDING, SearchedName, order_key, search_text, shown_forename, shown_name, shown_surname,
};
use proptest::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Somebody, in the order of a list.
#[derive(Debug, Deserialize)]
struct Person {
    forename: String,
    surname: String,
    shown: String,
    found: Vec<String>,
    #[serde(default)]
    missed: Vec<String>,
}

impl Person {
    fn order_key(&self) -> Vec<u8> {
        order_key(&self.surname, &self.forename)
    }

    /// As SQL's `like` finds it.
    fn is_found_by(&self, text: &str) -> bool {
        let searched = search_text("A1234BC", &self.forename, &self.surname);
        let patterns = SearchedName::of(text).unwrap().patterns();
        let mut parts = patterns.iter().map(|pattern| pattern.trim_matches('%'));
        !patterns.is_empty() && parts.all(|part| searched.contains(part))
    }
}

fn people() -> Vec<Person> {
    let lines = include_str!("../names/people.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_name_is_shown_as_people_write_it() {
    let people = people();
    assert_eq!(people.len(), 100);
    for person in people {
        assert_eq!(shown_name(&person.forename, &person.surname), person.shown);
    }
}

#[test]
fn a_name_is_found_by_what_people_type_for_it() {
    for person in people() {
        let also = [&person.surname, &person.shown];
        let typed = person
            .found
            .iter()
            .chain(also)
            .filter(|text| !text.trim().is_empty());
        for text in typed {
            assert!(person.is_found_by(text), "'{text}' finds {person:?}");
            let lower = text.to_lowercase();
            assert!(person.is_found_by(&lower), "'{lower}' finds {person:?}");
        }
        for text in &person.missed {
            assert!(!person.is_found_by(text), "'{text}' does not find {person:?}");
        }
        assert!(person.is_found_by("a1234bc") && person.is_found_by("1234"));
    }
}

#[test]
fn a_blank_search_asks_for_nothing_and_one_without_letters_finds_nobody() {
    assert_eq!(SearchedName::of(" \u{a0}\t"), None);
    assert!(SearchedName::of("'%_-").unwrap().patterns().is_empty());
    let long = "a b c d e f g h i j k l m n o p q r s t".repeat(1000);
    assert!(SearchedName::of(&long).unwrap().patterns().len() <= 16);
}

#[test]
fn a_list_is_ordered_by_the_letters_of_surname_and_forename() {
    for pair in people().windows(2) {
        assert!(
            pair[0].order_key() <= pair[1].order_key(),
            "{:?} before {:?}",
            pair[0],
            pair[1]
        );
    }
    let equal = [
        ("O'BRIEN", "SEÁN"),
        ("o’brien", "Sean"),
        ("OBRIEN", "Sea\u{301}n"),
    ];
    let keys = equal.map(|(surname, forename)| order_key(surname, forename));
    assert!(keys.iter().all(|key| *key == keys[0]));
    assert!(order_key("SMITH", "ZOE") < order_key("SMITH-JONES", "ANN"));
    assert!(order_key("DE SOUZA", "A") < order_key("DEAN", "A"));
    assert!(order_key("", "") < order_key("A", ""));
}

/// What the folding makes of the letters and names of the world, as rows hold it.
#[test]
fn a_change_of_what_is_stored_has_another_number() {
    let mut stored = Sha256::new();
    for letter in (0..0x3000).chain(0xa640..0xab70).filter_map(char::from_u32) {
        let letter = letter.to_string();
        stored.update(order_key(&letter, ""));
        stored.update(search_text("", &letter, ""));
    }
    for person in people() {
        stored.update(person.order_key());
        stored.update(search_text("", &person.forename, &person.surname));
    }
    let digest = stored.finalize();
    let digest = u64::from_be_bytes(digest[..8].try_into().unwrap());
    let known = (1, 0x13d3_6b4f_76d3_8acd);
    assert_eq!(
        (FOLDING, digest),
        known,
        "names fold to {digest:#x}: give FOLDING the next number, then write both down here"
    );
}

proptest! {
    #[test]
    fn a_name_typed_as_it_stands_or_as_it_is_shown_is_found(
        forename in "[A-ZÀ-ž'’ʼ -]{0,12}", surname in "\\PC{0,12}",
    ) {
        let shown = shown_name(&forename, &surname);
        let person = Person { forename, surname, shown: shown.clone(), found: vec![], missed: vec![] };
        let has_letters = !person.order_key().is_empty();
        for text in [format!("{} {}", person.forename, person.surname), format!("{},{}", person.surname, person.forename), shown] {
            prop_assert!(!has_letters || text.trim().is_empty() || person.is_found_by(&text), "{text}");
        }
    }

    #[test]
    fn what_is_shown_is_shown_the_same_again(name in "[A-Z'’ -]{0,16}") {
        let shown = shown_surname(&name);
        prop_assert_eq!(shown_surname(&shown), shown.clone());
        let shown = shown_forename(&name);
        prop_assert_eq!(shown_forename(&shown), shown.clone());
    }
}
