//! What rows of the register's files make of the reviews kept so far.

use chrono::{Days, NaiveDate};
use domain::{
    handover::{Departure, RulesVersion},
    parole::{
        FileDateFormat, HearingOutcome, ImportCounts, Register, RegisterRow, RegisteredReview, ReviewKey,
        ReviewStatus, import,
    },
};
use proptest::prelude::*;

use super::{REFERENCE, STAYED, day};

const PRISONER: &str = "A1111AA";

fn row(result: Option<&'static str>) -> RegisterRow<'static> {
    RegisterRow {
        nomis_id: Some(PRISONER),
        review_id: Some("098765"),
        review_date: Some("01-06-2024"),
        report_due: Some("01-02-2024"),
        status: Some("Active"),
        result,
        review_type: Some("GPP"),
        snapshot: day("2024-05-01"),
        number: 1,
        format: FileDateFormat::Daily,
    }
}

fn key() -> ReviewKey {
    ReviewKey {
        nomis_id: PRISONER.to_owned(),
        review_id: 98_765,
    }
}

fn stored(outcome: Option<&str>, received: Option<&str>) -> RegisteredReview {
    RegisteredReview {
        outcome: outcome.map(str::to_owned),
        outcome_received_on: received.map(day),
        ..RegisteredReview::default()
    }
}

fn import_into(
    before: Option<RegisteredReview>,
    rows: &[RegisterRow<'_>],
    rules: RulesVersion,
) -> (Register, ImportCounts) {
    let mut register: Register = before.into_iter().map(|review| (key(), review)).collect();
    let counts = import(&mut register, rows, |prisoner| prisoner == PRISONER, rules);
    (register, counts)
}

fn received(before: Option<RegisteredReview>, row: RegisterRow<'_>, rules: RulesVersion) -> Option<String> {
    let (register, _) = import_into(before, &[row], rules);
    register[&key()].outcome_received_on.map(|date| date.to_string())
}

#[test]
fn a_row_makes_a_review() {
    let (register, counts) = import_into(None, &[row(Some(STAYED))], REFERENCE);

    let review = RegisteredReview {
        target_hearing_date: Some(day("2024-06-01")),
        custody_report_due: Some(day("2024-02-01")),
        status: Some("Active".to_owned()),
        outcome: Some(STAYED.to_owned()),
        outcome_received_on: Some(day("2024-05-01")),
        review_type: Some("GPP".to_owned()),
    };
    let facts = register[&key()].facts(98_765);
    assert_eq!(register, Register::from([(key(), review.clone())]));
    assert_eq!(
        counts,
        ImportCounts {
            rows: 1,
            created: 1,
            ..ImportCounts::default()
        }
    );
    assert_eq!(facts.id, 98_765);
    assert_eq!(facts.target_hearing_date, review.target_hearing_date);
    assert_eq!(facts.custody_report_due, review.custody_report_due);
    assert_eq!(facts.status, Some(ReviewStatus("Active")));
    assert_eq!(facts.outcome, Some(HearingOutcome(STAYED)));
    assert_eq!(facts.outcome_received_on, review.outcome_received_on);
}

#[test]
fn rows_that_cannot_be_used_leave_only_their_count() {
    let good = row(None);
    for (row, counts) in [
        (
            RegisterRow {
                nomis_id: None,
                ..good
            },
            ImportCounts {
                blank_keys: 1,
                ..ImportCounts::default()
            },
        ),
        (
            RegisterRow {
                review_id: Some(" "),
                ..good
            },
            ImportCounts {
                blank_keys: 1,
                ..ImportCounts::default()
            },
        ),
        (
            RegisterRow {
                nomis_id: Some("Z9999ZZ"),
                ..good
            },
            ImportCounts {
                unknown_prisoners: 1,
                ..ImportCounts::default()
            },
        ),
        (
            RegisterRow {
                review_id: Some("x"),
                ..good
            },
            ImportCounts {
                errors: 1,
                ..ImportCounts::default()
            },
        ),
        (
            RegisterRow {
                review_date: Some("x"),
                ..good
            },
            ImportCounts {
                errors: 1,
                ..ImportCounts::default()
            },
        ),
        (
            RegisterRow {
                report_due: Some("x"),
                ..good
            },
            ImportCounts {
                errors: 1,
                ..ImportCounts::default()
            },
        ),
    ] {
        let (register, counted) = import_into(None, &[row], REFERENCE);
        assert_eq!(register, Register::new());
        assert_eq!(counted, ImportCounts { rows: 1, ..counts });
    }
}

#[test]
fn dots_in_the_prisoners_number_are_dropped() {
    let dotted = RegisterRow {
        nomis_id: Some("A1111AA."),
        ..row(None)
    };
    assert_eq!(import_into(None, &[dotted], REFERENCE).1.created, 1);
}

#[test]
fn rows_are_brought_in_by_day_then_by_place_and_the_last_holds() {
    let later = RegisterRow {
        status: Some("Inactive"),
        snapshot: day("2024-05-02"),
        ..row(None)
    };
    let second = RegisterRow {
        status: Some("Cancelled"),
        number: 2,
        ..later
    };
    let (register, counts) = import_into(None, &[second, later, row(None)], REFERENCE);

    assert_eq!(register[&key()].status.as_deref(), Some("Cancelled"));
    assert_eq!((counts.rows, counts.created, counts.updated), (3, 1, 2));
}

#[test]
fn a_row_that_tells_nothing_new_is_no_update() {
    let (_, counts) = import_into(None, &[row(Some(STAYED)), row(Some(STAYED))], REFERENCE);
    assert_eq!((counts.created, counts.updated, counts.unchanged), (1, 0, 1));
}

#[test]
fn a_result_is_received_on_the_first_daily_file_that_has_it() {
    let file = Some("2024-05-01".to_owned());
    let earlier = Some("2024-04-01".to_owned());
    let before = |outcome, received| Some(stored(outcome, received));
    for (before, result, expected) in [
        (None, Some(STAYED), file.clone()),
        (before(Some("Not Specified"), None), Some(STAYED), file.clone()),
        (before(Some(""), None), Some(STAYED), file.clone()),
        (before(Some(STAYED), None), Some(STAYED), None),
        (
            before(Some(STAYED), Some("2024-04-01")),
            Some("Release [*]"),
            earlier.clone(),
        ),
        (before(None, Some("2024-04-01")), Some(STAYED), earlier),
        (None, Some("Not Applicable"), None),
        (None, Some("Not Specified"), None),
        (None, Some(""), file.clone()),
        (None, None, file),
    ] {
        assert_eq!(received(before, row(result), REFERENCE), expected, "{result:?}");
    }
}

#[test]
fn the_historic_file_does_not_tell_when_a_result_was_received() {
    let historic = RegisterRow {
        format: FileDateFormat::Historic,
        review_date: None,
        report_due: Some("2/1/24"),
        ..row(Some(STAYED))
    };
    assert_eq!(received(None, historic, REFERENCE), None);
    assert_eq!(received(None, historic, RulesVersion::CORRECTED), None);
}

#[test]
fn departing_a_blank_result_is_not_received() {
    let rules = REFERENCE.with(Departure::BlankResultIsNoOutcome);
    for result in [None, Some(""), Some(" "), Some("Not Applicable")] {
        assert_eq!(received(None, row(result), rules), None, "{result:?}");
    }
    assert!(received(None, row(Some(STAYED)), rules).is_some());
}

#[test]
fn departing_a_file_corrects_and_clears_what_is_known_of_a_result() {
    let rules = RulesVersion::CORRECTED;
    let only = REFERENCE.with(Departure::FileCorrectsOutcome);
    let known = || Some(stored(Some(STAYED), Some("2024-04-01")));
    let entered = Some("2024-04-01".to_owned());

    assert_eq!(received(known(), row(Some(STAYED)), rules), entered);
    assert_eq!(received(known(), row(Some("Not Specified")), REFERENCE), entered);
    assert_eq!(received(known(), row(Some("Not Specified")), only), None);
    assert_eq!(received(known(), row(None), rules), None);
    let corrected = received(known(), row(Some("Release [*]")), only);
    assert_eq!(corrected.as_deref(), Some("2024-05-01"));
}

#[test]
fn departing_the_same_result_in_other_words_keeps_the_day_on_which_it_was_received() {
    let rules = REFERENCE.with(Departure::FileCorrectsOutcome);
    let entered = Some("2024-04-01".to_owned());
    for (known, told, kept) in [
        ("Stay In Closed", STAYED, true),
        (STAYED, "Open Conditions [*]", true),
        ("Not Specified", "Not Applicable", true),
        ("Not Specified", " ", true),
        ("Release", "Release [*]", false),
        ("Release [*]", STAYED, false),
        (STAYED, "Not Applicable", false),
        ("Not Applicable", STAYED, false),
    ] {
        let before = stored(Some(known), Some("2024-04-01"));
        let after = received(Some(before.clone()), row(Some(told)), rules);
        assert_eq!(after == entered, kept, "{known} -> {told}: {after:?}");
        assert_eq!(received(Some(before), row(Some(told)), REFERENCE), entered);
    }
}

#[test]
fn departing_a_historic_file_leaves_the_day_on_which_a_result_was_received() {
    let entered = Some("2024-04-01".to_owned());
    for told in [
        None,
        Some(""),
        Some("Not Specified"),
        Some(STAYED),
        Some("Release [*]"),
    ] {
        let historic = RegisterRow {
            format: FileDateFormat::Historic,
            review_date: None,
            report_due: None,
            ..row(told)
        };
        for rules in [REFERENCE, RulesVersion::CORRECTED] {
            let before = stored(Some(STAYED), Some("2024-04-01"));
            assert_eq!(received(Some(before), historic, rules), entered, "{told:?}");
        }
    }
}

/// A review, and its key, as a file may tell of them.
fn any_told() -> impl Strategy<Value = (ReviewKey, RegisteredReview)> {
    let date = || proptest::option::of((0..36_000u64).prop_map(|days| day("1969-01-01") + Days::new(days)));
    let text = || proptest::option::of("[A-Z][A-Za-z -]{0,20}( \\[\\*\\])?|Not Specified|");
    let review = (date(), date(), text(), text(), text());
    (any::<i64>(), review).prop_map(|(review_id, (hearing, report, status, outcome, review_type))| {
        let key = ReviewKey { review_id, ..key() };
        let review = RegisteredReview {
            target_hearing_date: hearing,
            custody_report_due: report,
            status,
            outcome,
            outcome_received_on: None,
            review_type,
        };
        (key, review)
    })
}

proptest! {
    #[test]
    fn a_review_written_as_a_row_of_either_file_is_read_as_the_same(
        (key, told) in any_told(), historic in any::<bool>(), corrected in any::<bool>(),
    ) {
        let format = if historic { FileDateFormat::Historic } else { FileDateFormat::Daily };
        let rules = if corrected { RulesVersion::CORRECTED } else { REFERENCE };
        let written = |date: Option<NaiveDate>| date.map(|date| format.write(date));
        let (id, hearing, report) =
            (key.review_id.to_string(), written(told.target_hearing_date), written(told.custody_report_due));
        let row = RegisterRow {
            review_id: Some(&id),
            review_date: hearing.as_deref(),
            report_due: report.as_deref(),
            status: told.status.as_deref(),
            result: told.outcome.as_deref(),
            review_type: told.review_type.as_deref(),
            format,
            ..row(None)
        };
        let (register, _) = import_into(None, &[row], rules);
        let read = RegisteredReview { outcome_received_on: None, ..register[&key].clone() };
        prop_assert_eq!(&read, &told);
        let again = import_into(None, &[row, row], rules).0;
        prop_assert_eq!(register, again);
    }
}
