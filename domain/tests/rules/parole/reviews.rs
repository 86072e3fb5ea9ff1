//! Which reviews are active, completed and current, by what the register says of them.

use domain::{
    handover::{Departure, RulesVersion},
    parole::{HearingOutcome, ParoleReview, ResultMeaning, ReviewStatus},
};

use super::{REFERENCE, STAYED, active, at, now, review, with_outcome};

const BLANK_IS_NONE: RulesVersion = REFERENCE.with(Departure::BlankResultIsNoOutcome);

#[test]
fn four_states_are_active_to_the_letter() {
    for status in [
        "Active",
        "Active - REREFERRED",
        "Active - Future",
        "Active - Referred",
    ] {
        assert!(ReviewStatus(status).is_active(), "{status}");
    }
    for status in ["active", "Active ", "Inactive", "Not Active", "Cancelled", ""] {
        assert!(!ReviewStatus(status).is_active(), "{status}");
    }
}

#[test]
fn every_cancellation_begins_alike() {
    assert!(ReviewStatus("Cancelled").is_cancelled());
    assert!(ReviewStatus("Cancelled - Admin").is_cancelled());
    assert!(!ReviewStatus("Not Cancelled").is_cancelled());
}

#[test]
fn release_has_one_spelling_and_none_has_four() {
    assert!(HearingOutcome("Release [*]").is_release());
    assert!(!HearingOutcome("Release").is_release());
    for none in ["", "  ", "Not Applicable", "Not Specified"] {
        assert!(HearingOutcome(none).is_none(), "{none}");
    }
    assert!(!HearingOutcome("not applicable").is_none());
    assert!(!HearingOutcome(STAYED).is_none());
}

#[test]
fn a_result_means_release_or_not_or_there_is_none() {
    let means = |outcome: Option<&'static str>| ResultMeaning::of(outcome.map(HearingOutcome));
    for none in [None, Some(""), Some(" "), Some("Not Applicable")] {
        assert_eq!(means(none), ResultMeaning::NoResult);
    }
    assert_eq!(means(Some("Release [*]")), ResultMeaning::Release);
    for not_release in ["Release", STAYED] {
        assert_eq!(means(Some(not_release)), ResultMeaning::NotRelease);
    }
}

#[test]
fn a_review_is_completed_by_a_result_or_by_its_receipt() {
    for (outcome, received, completed) in [
        (STAYED, None, true),
        (STAYED, Some("2024-05-01"), true),
        ("Not Applicable", None, false),
        ("Not Specified", None, false),
        ("Not Applicable", Some("2024-05-01"), true),
        ("", None, true),
    ] {
        let review = with_outcome(outcome, received);
        assert_eq!(
            review.is_completed(REFERENCE),
            completed,
            "{outcome} {received:?}"
        );
    }
    assert!(!review(1, "2024-01-01").is_completed(REFERENCE));
}

#[test]
fn departing_a_blank_result_completes_nothing_whenever_it_was_received() {
    let nothing_said = ParoleReview {
        outcome: None,
        ..with_outcome("", Some("2024-05-01"))
    };
    assert!(nothing_said.is_completed(REFERENCE) && !nothing_said.is_completed(BLANK_IS_NONE));
    for (outcome, received, completed) in [
        (STAYED, None, true),
        ("", None, false),
        (" ", Some("2024-05-01"), false),
        ("Not Applicable", Some("2024-05-01"), false),
        ("Not Specified", Some("2024-05-01"), false),
    ] {
        let review = with_outcome(outcome, received);
        assert_eq!(
            review.is_completed(BLANK_IS_NONE),
            completed,
            "{outcome} {received:?}"
        );
        assert_eq!(
            review.received_on(BLANK_IS_NONE).is_some(),
            completed && received.is_some()
        );
    }
}

#[test]
fn a_result_keeps_a_review_current_for_a_fortnight() {
    let received = |on| with_outcome(STAYED, Some(on)).is_current(now(), REFERENCE);
    assert!(!received("2024-05-06"));
    assert!(received("2024-05-07"));
    assert!(received("2024-05-27"));
}

#[test]
fn departing_the_fortnight_is_of_days_in_london() {
    let half_past_midnight_in_london = at("2024-05-20T23:30:00Z");
    let review = with_outcome(STAYED, Some("2024-05-07"));
    assert!(review.is_current(half_past_midnight_in_london, REFERENCE));
    let rules = REFERENCE.with(Departure::LondonDates);
    assert!(!review.is_current(half_past_midnight_in_london, rules));
}

#[test]
fn an_active_review_is_current_until_it_has_a_result() {
    assert!(active(1, "2020-01-01").is_current(now(), REFERENCE));
    assert!(!review(1, "2030-01-01").is_current(now(), REFERENCE));
    let with = |outcome| ParoleReview {
        outcome: Some(HearingOutcome(outcome)),
        ..active(1, "2020-01-01")
    };
    assert!(with("Not Specified").is_current(now(), REFERENCE));
    assert!(!with(STAYED).is_current(now(), REFERENCE));
    assert!(!with("").is_current(now(), REFERENCE));
    assert!(with("").is_current(now(), BLANK_IS_NONE));
}
