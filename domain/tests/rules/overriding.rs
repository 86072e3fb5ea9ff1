//! What must be said when a POM of another type than recommended is chosen.

use domain::policy::{OverrideForm, OverrideReason, OverrideRefusal, Recommendation};
use domain::{Personal, PomPosition};

fn suitability(detail: &str) -> OverrideForm {
    OverrideForm {
        reasons: vec![OverrideReason::Suitability],
        suitability_detail: Some(detail.to_owned()),
        other_detail: None,
    }
}

fn other(detail: &str) -> OverrideForm {
    OverrideForm {
        reasons: vec![OverrideReason::Other],
        suitability_detail: None,
        other_detail: Some(detail.to_owned()),
    }
}

#[test]
fn a_choice_departs_from_the_recommendation_when_the_types_differ_or_there_is_none() {
    for (recommendation, position, departs) in [
        (Recommendation::Prison, PomPosition::Prison, false),
        (Recommendation::Prison, PomPosition::Probation, true),
        (Recommendation::Probation, PomPosition::Prison, true),
        (Recommendation::Probation, PomPosition::Probation, false),
        (Recommendation::None, PomPosition::Prison, true),
        (Recommendation::None, PomPosition::Probation, true),
    ] {
        assert_eq!(
            recommendation.is_overridden_by(position),
            departs,
            "{recommendation} {position}"
        );
    }
}

#[test]
fn at_least_one_reason_is_needed() {
    let refusal = OverrideForm::default().accept().unwrap_err();

    assert_eq!(refusal, OverrideRefusal::NoReason);
    assert_eq!(refusal.to_string(), "Select at least one reason");
}

#[test]
fn a_detail_has_up_to_175_characters_however_many_bytes_they_are() {
    for letter in ["x", "é", "字", "👤"] {
        for form in [suitability, other] {
            assert!(form(&letter.repeat(175)).accept().is_ok(), "175 × {letter}");
            let refusal = form(&letter.repeat(176)).accept().unwrap_err();
            assert_eq!(
                refusal.to_string(),
                "This reason cannot be more than 175 characters"
            );
        }
    }
    assert_eq!(
        suitability(&"x".repeat(176)).accept().unwrap_err(),
        OverrideRefusal::SuitabilityDetailTooLong
    );
    assert_eq!(
        other(&"x".repeat(176)).accept().unwrap_err(),
        OverrideRefusal::OtherDetailTooLong
    );
}

#[test]
fn a_ticked_reason_that_asks_for_words_needs_them() {
    for nothing in ["", "   ", "\n"] {
        let unsuitable = suitability(nothing).accept().unwrap_err();
        assert_eq!(unsuitable.to_string(), "Enter reason for allocating this POM");
        let unexplained = other(nothing).accept().unwrap_err();
        assert_eq!(
            unexplained.to_string(),
            "Please provide extra detail when Other is selected"
        );
    }
    let unsaid = OverrideForm {
        reasons: vec![OverrideReason::Other],
        ..OverrideForm::default()
    };
    assert_eq!(unsaid.accept().unwrap_err(), OverrideRefusal::NoOtherDetail);
}

#[test]
fn words_without_their_reason_are_neither_checked_nor_kept() {
    let chatty = OverrideForm {
        reasons: vec![OverrideReason::NoStaff],
        suitability_detail: Some("x".repeat(500)),
        other_detail: Some("x".repeat(500)),
    };
    let accepted = chatty.accept().unwrap();

    assert_eq!(accepted.reasons, [OverrideReason::NoStaff]);
    assert_eq!((accepted.suitability_detail, accepted.other_detail), (None, None));
}

#[test]
fn each_reason_is_recorded_once_with_its_words() {
    let form = OverrideForm {
        reasons: vec![
            OverrideReason::Other,
            OverrideReason::Suitability,
            OverrideReason::Other,
        ],
        suitability_detail: Some("too near home".to_owned()),
        other_detail: Some("as agreed".to_owned()),
    };
    let accepted = form.accept().unwrap();

    assert_eq!(
        accepted.reasons,
        [OverrideReason::Suitability, OverrideReason::Other]
    );
    assert_eq!(
        accepted.suitability_detail,
        Some(Personal::Known("too near home".to_owned()))
    );
    assert_eq!(
        accepted.other_detail,
        Some(Personal::Known("as agreed".to_owned()))
    );
}

#[test]
fn only_the_listed_reasons_exist() {
    for code in ["suitability", "no_staff", "continuity", "other"] {
        assert_eq!(code.parse::<OverrideReason>().unwrap().code(), code);
    }
    assert!("dogs".parse::<OverrideReason>().is_err());
    assert!(serde_json::from_str::<OverrideReason>("\"dogs\"").is_err());
}
