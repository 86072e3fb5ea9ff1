//! Which of a prisoner's reviews is at hand, and which came before.

use chrono::{Days, NaiveDate};
use domain::{
    handover::RulesVersion,
    parole::{HearingOutcome, ParoleHistory, ParoleReview, ReviewStatus},
};
use proptest::prelude::*;

use super::{REFERENCE, STAYED, active, day, now, review, with_outcome};

fn ids<'a>(reviews: impl Iterator<Item = ParoleReview<'a>>) -> Vec<i64> {
    reviews.map(|review| review.id).collect()
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
fn the_page_shows_three_of_those_that_are_over() {
    let reviews: Vec<_> = (1..=5).map(|id| review(id, &format!("2024-01-0{id}"))).collect();

    let shown = |count| ids(ParoleHistory::new(&reviews[..count]).shown_previous(now(), REFERENCE));
    assert_eq!(shown(5), [5, 4, 3]);
    assert_eq!(shown(2), [2, 1]);
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
}
