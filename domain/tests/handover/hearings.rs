//! What the parole reviews say. Handover rules 4.3 to 4.5.

use domain::{
    handover::{Departure, RulesVersion, is_far, parole_refusal, target_hearing},
    parole::{HearingOutcome, ParoleReview},
};

use crate::given::{at, day, on, review};

const START: &str = "2020-01-01";
const REFERENCE: RulesVersion = RulesVersion::REFERENCE;

#[test]
fn the_latest_hearing_of_the_sentence_counts_whatever_its_review_says() {
    let reviews = [
        review("2024-01-01", Some("Release [*]")),
        review("2025-01-01", None),
        review("2023-01-01", None),
        ParoleReview::default(),
    ];
    assert_eq!(
        target_hearing(&reviews, Some(day(START))),
        Some(day("2025-01-01"))
    );
    assert_eq!(
        target_hearing(&reviews, Some(day("2025-01-01"))),
        Some(day("2025-01-01"))
    );
    assert_eq!(target_hearing(&reviews, Some(day("2025-01-02"))), None);
    assert_eq!(target_hearing(&reviews, None), None);
    assert_eq!(target_hearing(&[], Some(day(START))), None);
}

#[test]
fn a_hearing_is_far_a_day_after_twelve_months() {
    assert!(is_far(day("2025-05-21"), on("2024-05-20"), REFERENCE));
    assert!(!is_far(day("2025-05-20"), on("2024-05-20"), REFERENCE));
    assert!(!is_far(day("2025-05-19"), on("2024-05-20"), REFERENCE));
    assert!(!is_far(day("2025-02-28"), on("2024-02-29"), REFERENCE));
    assert!(is_far(day("2025-03-01"), on("2024-02-29"), REFERENCE));
}

#[test]
fn by_the_present_service_exactly_twelve_months_are_far_at_midnight_and_in_summer_until_one() {
    let summer = |moment| is_far(day("2025-05-20"), at(moment), REFERENCE);
    assert!(summer("2024-05-19T23:00:00Z"));
    assert!(summer("2024-05-20T00:00:00Z"));
    assert!(!summer("2024-05-20T00:00:01Z"));

    let winter = |moment| is_far(day("2025-01-20"), at(moment), REFERENCE);
    assert!(winter("2024-01-20T00:00:00Z"));
    assert!(!winter("2024-01-20T00:00:01Z"));
}

#[test]
fn exactly_twelve_months_are_never_far_by_london_dates_and_always_by_the_departure() {
    let midnight = at("2024-01-20T00:00:00Z");
    let london = REFERENCE.with(Departure::LondonDates);
    let exact = REFERENCE.with(Departure::ExactlyTwelveMonths);

    assert!(!is_far(day("2025-01-20"), midnight, london));
    assert!(is_far(day("2025-01-20"), midnight, exact));
    assert!(is_far(day("2025-05-20"), on("2024-05-20"), exact));
    assert!(is_far(
        day("2025-05-20"),
        on("2024-05-20"),
        exact.with(Departure::LondonDates)
    ));
    assert!(!is_far(day("2025-05-19"), on("2024-05-20"), exact));
}

fn refused(reviews: &[ParoleReview<'_>], rules: RulesVersion) -> bool {
    parole_refusal(reviews, Some(day(START)), rules).is_some()
}

fn received<'a>(review: ParoleReview<'a>, on: &str) -> ParoleReview<'a> {
    ParoleReview {
        outcome_received_on: Some(day(on)),
        ..review
    }
}

#[test]
fn only_the_one_spelling_of_release_is_release() {
    for (outcome, expected) in [
        (Some("Release [*]"), false),
        (Some("Release"), true),
        (Some("Stay In Closed [*]"), true),
        (Some(""), true),
        (Some("Not Applicable"), false),
        (Some("Not Specified"), false),
        (None, false),
    ] {
        assert_eq!(
            refused(&[review("2023-01-01", outcome)], REFERENCE),
            expected,
            "{outcome:?}"
        );
    }
}

#[test]
fn a_result_that_was_received_is_a_result_whatever_it_says() {
    for outcome in [None, Some(""), Some("Not Applicable"), Some("Not Specified")] {
        assert!(refused(
            &[received(review("2023-01-01", outcome), "2023-01-02")],
            REFERENCE
        ));
    }
}

#[test]
fn a_blank_result_is_none_by_departure_even_if_received() {
    let corrected = REFERENCE.with(Departure::BlankResultIsNoOutcome);
    for outcome in [None, Some(""), Some("  ")] {
        assert!(
            !refused(
                &[received(review("2023-01-01", outcome), "2023-01-02")],
                corrected
            ),
            "{outcome:?}"
        );
        assert!(!refused(&[review("2023-01-01", outcome)], corrected));
    }
    assert!(refused(
        &[review("2023-01-01", Some("Stay In Closed [*]"))],
        corrected
    ));
}

#[test]
fn the_last_completed_review_of_the_sentence_decides() {
    let no = Some("Stay In Closed [*]");
    let yes = Some("Release [*]");
    let reviews = |first, second| [review("2023-01-01", first), review("2024-01-01", second)];

    assert!(refused(&reviews(yes, no), REFERENCE));
    assert!(!refused(&reviews(no, yes), REFERENCE));
    assert!(refused(&reviews(no, None), REFERENCE));
    assert!(parole_refusal(&reviews(no, None), Some(day("2023-01-02")), REFERENCE).is_none());
    assert!(parole_refusal(&reviews(no, None), Some(day("2023-01-01")), REFERENCE).is_some());
    assert!(!refused(&[], REFERENCE));
}

#[test]
fn of_two_reviews_on_one_day_the_present_service_takes_either_and_ours_the_later() {
    let released = ParoleReview {
        id: 1,
        ..review("2023-01-01", Some("Release [*]"))
    };
    let stayed = ParoleReview {
        id: 2,
        outcome: Some(HearingOutcome("Stay In Closed [*]")),
        ..released
    };
    let settled = REFERENCE.with(Departure::TiesSettled);

    assert!(refused(&[released, stayed], REFERENCE));
    assert!(!refused(&[stayed, released], REFERENCE));
    for reviews in [[released, stayed], [stayed, released]] {
        assert!(refused(&reviews, settled));
    }
}
