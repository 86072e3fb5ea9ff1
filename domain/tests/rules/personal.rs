//! Personal values are seen by the rules, and by nobody else.

use domain::Personal;
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
