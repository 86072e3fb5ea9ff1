//! Identifiers are made from text of the right form only, and give the same text back.

use domain::{NomsNumber, PomStatus, PrisonCode, RoshLevel, StaffId, Tier, WorkingPattern, prison, prisons};
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_noms_number_is_a_letter_four_digits_and_two_letters(text in "[A-Z][0-9]{4}[A-Z]{2}") {
        let noms: NomsNumber = text.parse().unwrap();
        prop_assert_eq!(noms.to_string(), text.clone());
        let json = serde_json::to_string(&noms).unwrap();
        prop_assert_eq!(serde_json::from_str::<NomsNumber>(&json).unwrap(), noms);
        prop_assert!(serde_json::from_str::<NomsNumber>(&json.to_lowercase()).is_err());
    }

    #[test]
    fn any_other_text_is_refused_and_never_panics(text in any::<String>()) {
        let noms: Result<NomsNumber, _> = text.parse();
        prop_assert!(noms.is_err() || noms.unwrap().as_str() == text);
        let code: Result<PrisonCode, _> = text.parse();
        prop_assert!(code.is_err() || code.unwrap().as_str() == text);
        let staff: Result<StaffId, _> = text.parse();
        prop_assert!(staff.is_err() || staff.unwrap().get() > 0);
    }

    #[test]
    fn a_staff_id_is_a_positive_number(number in any::<i64>()) {
        let staff = StaffId::try_from(number);
        prop_assert_eq!(staff.is_ok(), (1..=i64::from(i32::MAX)).contains(&number));
        if let Ok(staff) = staff {
            prop_assert_eq!(i64::from(staff), number);
            prop_assert_eq!(staff.to_string().parse::<StaffId>().unwrap(), staff);
            prop_assert_eq!(serde_json::to_string(&staff).unwrap(), number.to_string());
        }
    }

    #[test]
    fn a_working_pattern_is_up_to_ten_tenths(tenths in any::<u8>()) {
        let pattern = WorkingPattern::try_from(tenths);
        prop_assert_eq!(pattern.is_ok(), tenths <= 10);
        let read = serde_json::from_str::<WorkingPattern>(&tenths.to_string());
        prop_assert_eq!(read.ok(), pattern.ok());
        if let Ok(pattern) = pattern {
            prop_assert_eq!(pattern.tenths(), tenths);
            prop_assert_eq!(serde_json::to_string(&pattern).unwrap(), tenths.to_string());
        }
    }
}

#[test]
fn what_looks_like_an_identifier_and_is_none_is_refused() {
    for text in [
        "", "A1234B", "A1234BCD", "a1234BC", "11234BC", "A12E4BC", "A1234B1", " A1234BC", "Á234BC",
    ] {
        assert!(text.parse::<NomsNumber>().is_err(), "{text}");
    }
    for text in ["", "LE", "LEIS", "lei", "L-I", "LÉ"] {
        assert!(text.parse::<PrisonCode>().is_err(), "{text}");
    }
    for text in ["", "0", "-1", "2147483648", "1.0", "one"] {
        assert!(text.parse::<StaffId>().is_err(), "{text}");
    }
}

#[test]
fn a_refused_identifier_is_not_repeated_in_the_error() {
    let error = "A1234Bx".parse::<NomsNumber>().unwrap_err().to_string();

    assert!(!error.contains("A1234Bx"), "{error}");
}

#[test]
fn codes_read_what_they_write() {
    for &tier in Tier::ALL {
        assert_eq!(tier.code().parse(), Ok(tier));
        assert_eq!(Tier::from_score(&format!("{tier}_2")), Some(tier));
    }
    for &level in RoshLevel::ALL {
        assert_eq!(serde_json::to_value(level).unwrap(), level.code());
    }
    for &status in PomStatus::ALL {
        assert_eq!(status.to_string().parse(), Ok(status));
    }
    assert_eq!(Tier::from_score(""), None);
    assert_eq!(Tier::from_score("é"), None);
}

#[test]
fn the_service_knows_its_prisons() {
    assert_eq!(prisons().len(), 124);
    assert_eq!(prisons().iter().filter(|prison| prison.is_womens()).count(), 12);
    assert_eq!(prison("LEI".parse().unwrap()).unwrap().name, "Leeds");
    assert_eq!(prison("OUT".parse().unwrap()), None);
}
