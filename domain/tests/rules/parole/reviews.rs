//! Which review is at hand, which came before, and when parole approaches.

use chrono::{Days, NaiveDate};
use domain::{
    handover::{Departure, RulesVersion},
    parole::{
        HearingOutcome, NextParole, OutcomeDateRefusal, ParoleDateKind, ParoleDates, ParoleHistory,
        ParoleReview, ReviewStatus, accept_outcome_date, current_outcome, historic_outcome,
        stored_outcome_date,
    },
};
use proptest::prelude::*;

use super::{REFERENCE, at, day, now};

const STAYED: &str = "Stay In Closed [*]";
const BLANK_IS_NONE: RulesVersion = REFERENCE.with(Departure::BlankResultIsNoOutcome);

fn review(id: i64, hearing: &str) -> ParoleReview<'static> {
    ParoleReview {
        id,
        target_hearing_date: Some(day(hearing)),
        ..ParoleReview::default()
    }
}

fn with_outcome<'a>(outcome: &'a str, received: Option<&str>) -> ParoleReview<'a> {
    ParoleReview {
        outcome: Some(HearingOutcome(outcome)),
        outcome_received_on: received.map(day),
        ..review(1, "2024-01-01")
    }
}

fn active(id: i64, hearing: &str) -> ParoleReview<'static> {
    ParoleReview {
        status: Some(ReviewStatus("Active")),
        ..review(id, hearing)
    }
}

fn ids<'a>(reviews: impl Iterator<Item = ParoleReview<'a>>) -> Vec<i64> {
    reviews.map(|review| review.id).collect()
}

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
    for (outcome, received, completed) in [
        (STAYED, None, true),
        ("", None, false),
        (" ", Some("2024-05-01"), false),
        ("Not Applicable", Some("2024-05-01"), false),
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

#[test]
fn the_first_current_review_is_at_hand_and_the_others_are_past_newest_first() {
    let reviews = [
        review(4, "2024-03-01"),
        active(2, "2024-06-01"),
        active(1, "2024-05-01"),
        review(3, "2024-07-01"),
    ];
    let history = ParoleHistory::new(&reviews);

    assert_eq!(history.current(now(), REFERENCE), Some(reviews[2]));
    assert_eq!(ids(history.previous(now(), REFERENCE)), [3, 4]);
    assert_eq!(history.most_recent(), Some(reviews[3]));
}

#[test]
fn a_review_without_a_hearing_stands_by_its_report_and_without_either_nowhere() {
    let report = ParoleReview {
        id: 1,
        custody_report_due: Some(day("2024-02-01")),
        ..ParoleReview::default()
    };
    let both = ParoleReview {
        custody_report_due: Some(day("2030-01-01")),
        ..review(2, "2024-01-01")
    };
    let neither = ParoleReview {
        id: 3,
        ..ParoleReview::default()
    };
    let history = ParoleHistory::new(&[neither, report, both]);

    assert_eq!(ids(history.previous(now(), REFERENCE)), [1, 2]);
    assert_eq!(history.most_recent(), Some(report));
    assert_eq!(ParoleHistory::new(&[neither]).most_recent(), None);
}

#[test]
fn of_two_reviews_on_one_day_the_later_received_then_the_higher_number_is_later() {
    let low = review(1, "2024-01-01");
    let high = review(2, "2024-01-01");
    let low_but_received = ParoleReview {
        outcome_received_on: Some(day("2024-01-02")),
        ..low
    };
    for reviews in [[low, high], [high, low]] {
        assert_eq!(ParoleHistory::new(&reviews).most_recent(), Some(high));
    }
    for reviews in [[low_but_received, high], [high, low_but_received]] {
        assert_eq!(ParoleHistory::new(&reviews).most_recent(), Some(low_but_received));
    }
}

#[test]
fn the_pom_is_asked_when_the_last_result_was_received() {
    let asked = |review| ParoleHistory::new(&[review]).lacking_received_date().is_some();
    assert!(asked(with_outcome(STAYED, None)));
    assert!(!asked(with_outcome(STAYED, Some("2024-05-01"))));
    assert!(!asked(with_outcome("Not Specified", None)));
    assert!(!asked(with_outcome("", None)));
    assert!(!asked(review(1, "2024-01-01")));

    let older = with_outcome(STAYED, None);
    let history = ParoleHistory::new(&[older, review(2, "2024-02-01")]);
    assert_eq!(history.lacking_received_date(), None);
}

#[test]
fn parole_approaches_from_tomorrow_until_ten_months_ahead() {
    let approaches = |date: &str| {
        let dates = ParoleDates {
            tariff: Some(day(date)),
            ..ParoleDates::default()
        };
        dates.next(now(), REFERENCE).is_some()
    };
    assert!(!approaches("2024-05-20"));
    assert!(approaches("2024-05-21"));
    assert!(approaches("2025-03-20"));
    assert!(!approaches("2025-03-21"));
    assert_eq!(ParoleDates::default().next(now(), REFERENCE), None);
}

#[test]
fn departing_today_never_approaches_whatever_the_clock() {
    let midnight = at("2024-01-10T00:00:00Z");
    let dates = ParoleDates {
        tariff: Some(day("2024-01-10")),
        ..ParoleDates::default()
    };
    assert!(dates.next(midnight, REFERENCE).is_some());
    let rules = REFERENCE.with(Departure::LondonDates);
    assert_eq!(dates.next(midnight, rules), None);
    let tomorrow = ParoleDates {
        tariff: Some(day("2024-01-11")),
        ..ParoleDates::default()
    };
    assert!(tomorrow.next(midnight, rules).is_some());
}

#[test]
fn the_earliest_date_is_next_and_on_one_day_the_tariff_before_eligibility_before_the_hearing() {
    let (near, far) = (Some(day("2024-06-01")), Some(day("2024-07-01")));
    for (tariff, parole_eligibility, target_hearing, kind) in [
        (near, near, near, ParoleDateKind::Tariff),
        (far, near, near, ParoleDateKind::Eligibility),
        (far, far, near, ParoleDateKind::Hearing),
        (Some(day("2024-05-20")), None, near, ParoleDateKind::Hearing),
    ] {
        let dates = ParoleDates {
            tariff,
            parole_eligibility,
            target_hearing,
        };
        let date = near.unwrap();
        assert_eq!(dates.next(now(), REFERENCE), Some(NextParole { date, kind }));
    }
}

#[test]
fn results_read_as_sentences() {
    for (outcome, reads) in [
        (
            "No Parole Board Decision - ABC [*]",
            "No Parole Board decision – ABC",
        ),
        ("Stay In Closed [*]", "Stay in closed"),
        ("Release [*]", "Release"),
        ("RELEASE", "RELEASE"),
        ("return  to Open", "Return to open"),
        ("Adjourned by the Board", "Adjourned by the Board"),
        ("Deferred - XyZ Review", "Deferred – xyz review"),
        ("X-ray", "X–ray"),
        ("[*]", "[*]"),
    ] {
        assert_eq!(current_outcome(Some(HearingOutcome(outcome))), reads);
        assert_eq!(historic_outcome(Some(HearingOutcome(outcome))), reads);
    }
    for none in [
        None,
        Some(HearingOutcome(" ")),
        Some(HearingOutcome("Not Specified")),
    ] {
        assert_eq!(current_outcome(none), "No hearing outcome yet");
        assert_eq!(historic_outcome(none), "Refused");
    }
}

#[test]
fn an_outcome_date_is_today_or_before() {
    let today = now().today();
    let tomorrow = Some(day("2024-05-21"));
    assert_eq!(accept_outcome_date(Some(today), today), Ok(today));
    assert_eq!(
        accept_outcome_date(tomorrow, today),
        Err(OutcomeDateRefusal::Future)
    );
    assert_eq!(accept_outcome_date(None, today), Err(OutcomeDateRefusal::Missing));
    assert_eq!(
        OutcomeDateRefusal::Future.to_string(),
        "The date the hearing outcome was confirmed must be in the past"
    );
    assert_eq!(
        OutcomeDateRefusal::Missing.to_string(),
        "The date the hearing outcome was confirmed must be entered and a valid date"
    );
}

#[test]
fn departing_a_refused_outcome_date_changes_nothing() {
    let today = now().today();
    let before = Some(day("2024-05-01"));
    let rules = REFERENCE.with(Departure::OutcomeDateCheckedFirst);
    for (entered, stored) in [
        (None, before),
        (Some(day("2024-05-21")), before),
        (Some(today), Some(today)),
    ] {
        assert_eq!(stored_outcome_date(before, entered, today, REFERENCE), entered);
        assert_eq!(stored_outcome_date(before, entered, today, rules), stored);
    }
}

fn any_date() -> impl Strategy<Value = Option<NaiveDate>> {
    let some = prop_oneof![
        Just(NaiveDate::MIN),
        Just(NaiveDate::MAX),
        (0..40u64).prop_map(|days| day("2024-05-01") + Days::new(days)),
    ];
    proptest::option::of(some)
}

prop_compose! {
    fn any_review()(
        id in 0..4i64,
        hearing in any_date(),
        report in any_date(),
        received in any_date(),
        status in proptest::option::of(prop_oneof![Just("Active"), Just("Cancelled")]),
        outcome in proptest::option::of(prop_oneof![Just(""), Just("Not Specified"), Just(STAYED)]),
    ) -> ParoleReview<'static> {
        ParoleReview {
            id,
            target_hearing_date: hearing,
            custody_report_due: report,
            status: status.map(ReviewStatus),
            outcome: outcome.map(HearingOutcome),
            outcome_received_on: received,
        }
    }
}

proptest! {
    #[test]
    fn the_order_of_reviews_does_not_matter(
        mut reviews in proptest::collection::vec(any_review(), 0..6), turn in 0..6usize,
    ) {
        let before = ParoleHistory::new(&reviews);
        let turn = turn.min(reviews.len());
        reviews.rotate_left(turn);
        prop_assert_eq!(&before, &ParoleHistory::new(&reviews));
        reviews.reverse();
        prop_assert_eq!(&before, &ParoleHistory::new(&reviews));
    }

    #[test]
    fn every_dated_review_is_current_or_previous(
        reviews in proptest::collection::vec(any_review(), 0..6), corrected in any::<bool>(),
    ) {
        let rules = if corrected { RulesVersion::CORRECTED } else { REFERENCE };
        let history = ParoleHistory::new(&reviews);
        let dated = reviews.iter().filter(|review| review.day().is_some());
        let current = dated.clone().filter(|review| review.is_current(now(), rules)).count();
        prop_assert_eq!(history.previous(now(), rules).count() + current, dated.count());
        prop_assert_eq!(history.current(now(), rules).is_some(), current > 0);
    }

    #[test]
    fn a_result_in_words_reads_the_same_when_put_in_words_again(outcome in "[A-Za-z][A-Za-z -]{0,30}( \\[\\*\\])?") {
        let once = current_outcome(Some(HearingOutcome(&outcome)));
        let twice = current_outcome(Some(HearingOutcome(&once)));
        prop_assert_eq!(&once, &twice);
    }
}
