//! Opens what is sealed in a stored text, where it stands.
//!
//! The text is canonical, so a sealed value has one spelling and is found without taking the rest apart. Inside a string it
//! could not stand: there its quotation marks would be escaped.

use std::{borrow::Cow, sync::LazyLock};

use memchr::memmem::Finder;

use crate::personal::seal::{FORMAT, PERSONAL, SubjectKey, WITHHELD};

static HEAD: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(r#"{"$sealed":""#));
static TAIL: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(r#""}"#));

/// The text with each sealed value opened whose key is given; the others are withheld.
pub(crate) fn open<'t, 'k>(text: &'t str, key_of: impl Fn(&str) -> Option<&'k SubjectKey>) -> Cow<'t, str> {
    let Some((mut before, mut sealed, mut after)) = next_sealed(text) else {
        return Cow::Borrowed(text);
    };
    let mut opened = String::with_capacity(text.len());
    loop {
        opened.push_str(before);
        match clear(sealed, &key_of) {
            Some(value) => opened.extend(["{\"", PERSONAL, "\":", &value, "}"]),
            None => opened.extend(["{\"", WITHHELD, "\":true}"]),
        }
        match next_sealed(after) {
            Some(next) => (before, sealed, after) = next,
            None => break,
        }
    }
    opened.push_str(after);
    Cow::Owned(opened)
}

/// Whose values are sealed in a text.
pub(crate) fn subjects(text: &str) -> impl Iterator<Item = &str> {
    sealed_values(text).map(|(subject, _)| subject)
}

/// What is sealed in a text, each with its subject.
pub(crate) fn sealed_values(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    let sealed = std::iter::from_fn(move || {
        let (_, sealed, after) = next_sealed(rest)?;
        rest = after;
        Some(sealed)
    });
    sealed.filter_map(parts)
}

/// What stands before the next sealed value, the value itself, and what follows.
fn next_sealed(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = split_once(text, &HEAD)?;
    let (sealed, after) = split_once(rest, &TAIL)?;
    Some((before, sealed, after))
}

fn split_once<'t>(text: &'t str, at: &Finder<'_>) -> Option<(&'t str, &'t str)> {
    let (before, rest) = text.split_at_checked(at.find(text.as_bytes())?)?;
    Some((before, rest.get(at.needle().len()..)?))
}

/// The value as JSON.
fn clear<'k>(sealed: &str, key_of: &impl Fn(&str) -> Option<&'k SubjectKey>) -> Option<String> {
    let (subject, sealed) = parts(sealed)?;
    let opened = key_of(subject)?.open(subject, sealed);
    if opened.is_err() {
        tracing::error!(
            "a sealed value does not open with its subject's key: run `allocations audit verify`"
        );
    }
    opened.ok()
}

/// Subject and base64 of a sealed value; base64 holds no colon, a subject may.
fn parts(sealed: &str) -> Option<(&str, &str)> {
    sealed.strip_prefix(FORMAT)?.strip_prefix(':')?.rsplit_once(':')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        MasterKey,
        canonical::{canonical, tests::values},
        personal::seal::seal,
    };

    fn key(subject: &str) -> SubjectKey {
        let master = MasterKey::new([7; 32]);
        SubjectKey::unwrap(&master, subject, &SubjectKey::make(&master, subject).unwrap()).unwrap()
    }

    fn sealed(mut payload: Value, subject: &str, key: &SubjectKey) -> String {
        seal(&mut payload, subject, key).unwrap();
        canonical(&payload).unwrap()
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_opens_to_the_same_letters(plain in values(), personal in values(), other in values()) {
            let clear = json!({"a": plain, "b": {"$personal": personal}, "c": [{"$personal": other}]});
            let key = key("A1234BC");
            let text = sealed(clear.clone(), "A1234BC", &key);
            prop_assert_eq!(open(&text, |_| Some(&key)), canonical(&clear).unwrap());
        }

        #[test]
        fn whatever_is_not_sealed_stays_as_it_is(value in values()) {
            let text = canonical(&value).unwrap();
            let key = key("A1234BC");
            prop_assert!(matches!(open(&text, |_| Some(&key)), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn without_a_key_nothing_is_told() {
        let clear =
            json!({"note": {"$personal": "met his sister"}, "list": [{"$personal": {"a": 1}}], "n": 3});
        let key = key("A1234BC");
        let text = sealed(clear, "A1234BC", &key);
        assert!(!text.contains("sister"));
        assert_eq!(subjects(&text).collect::<Vec<_>>(), ["A1234BC", "A1234BC"]);
        let nothing = r#"{"$withheld":true}"#;
        let withheld = format!(r#"{{"list":[{nothing}],"n":3,"note":{nothing}}}"#);
        assert_eq!(open(&text, |_| None), withheld);
    }

    #[test]
    fn a_sealed_value_is_bound_to_its_subject() {
        let key = key("A1234BC");
        let text = sealed(json!({"$personal": "secret"}), "A1234BC", &key);
        let moved = text.replace("A1234BC", "B1234BC");
        assert_eq!(open(&moved, |_| Some(&key)), r#"{"$withheld":true}"#);
    }

    #[test]
    fn what_looks_sealed_inside_a_string_is_a_string() {
        let text = canonical(&json!({"note": "{\"$sealed\":\"v1:A1234BC:AAAA\"}"})).unwrap();
        assert_eq!(open(&text, |_| None), text);
    }

    #[test]
    fn a_damaged_seal_is_withheld() {
        for damaged in [
            r#"{"$sealed":"v2:A1234BC:AAAA"}"#,
            r#"{"$sealed":"v1"}"#,
            r#"{"$sealed":""}"#,
        ] {
            assert_eq!(open(damaged, |_| None), r#"{"$withheld":true}"#, "{damaged}");
        }
    }
}
