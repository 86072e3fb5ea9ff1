//! Personal values are seen by the rules, and by nobody else.

use chrono::NaiveDate;
use domain::Personal;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Debug, Serialize, Deserialize, PartialEq)]
struct Letter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<Personal<String>>,
}

#[test]
fn a_personal_value_travels_under_a_name_that_the_store_seals() {
    let letter = Letter {
        note: Some("call me".to_owned().into()),
    };
    let stored = json!({ "note": { "$personal": "call me" } });

    assert_eq!(serde_json::to_value(&letter).unwrap(), stored);
    assert_eq!(serde_json::from_value::<Letter>(stored).unwrap(), letter);
}

fn any_personal<T: Clone + std::fmt::Debug>(
    value: impl Strategy<Value = T>,
) -> impl Strategy<Value = Personal<T>> {
    prop_oneof![value.prop_map(Personal::Known), Just(Personal::Withheld)]
}

proptest! {
    #[test]
    fn what_is_written_is_read_again_also_when_it_is_withheld_or_was_never_given(
        note in prop::option::of(any_personal(any::<String>())),
        born in any_personal((700_000..740_000).prop_map(|days| NaiveDate::from_num_days_from_ce_opt(days).unwrap())),
    ) {
        let written = serde_json::to_string(&(&note, &born)).unwrap();
        let read: (Option<Personal<String>>, Personal<NaiveDate>) = serde_json::from_str(&written).unwrap();
        prop_assert!(read == (note.clone(), born));

        let letter = Letter { note };
        let written = serde_json::to_string(&letter).unwrap();
        prop_assert_eq!(serde_json::from_str::<Letter>(&written).unwrap(), letter);
    }
}

#[test]
fn a_personal_value_is_never_printed() {
    for value in [Personal::Known("call me".to_owned()), Personal::Withheld] {
        assert!(!format!("{value:?}").contains("call me"));
    }
    let letter = Letter {
        note: Some("call me".to_owned().into()),
    };
    assert!(!format!("{letter:?}").contains("call me"));
}

#[test]
fn what_is_sealed_or_erased_is_withheld() {
    for sealed in [
        json!({ "$sealed": "AAAA", "key": "k1" }),
        json!({ "$withheld": true }),
        json!({ "$personal": null }),
        json!({}),
    ] {
        let letter: Letter = serde_json::from_value(json!({ "note": sealed })).unwrap();
        assert_eq!(letter.note, Some(Personal::Withheld));
        assert_eq!(letter.note.unwrap().known(), None);
    }
    assert_eq!(
        serde_json::from_value::<Personal<String>>(json!(null)).unwrap(),
        Personal::Withheld
    );
    assert_eq!(
        serde_json::from_value::<Letter>(json!({})).unwrap(),
        Letter { note: None }
    );
}

#[test]
fn a_personal_value_of_another_kind_is_an_error() {
    assert!(serde_json::from_value::<Personal<String>>(json!({ "$personal": 7 })).is_err());
    assert!(serde_json::from_value::<Personal<String>>(json!("call me")).is_err());
}
