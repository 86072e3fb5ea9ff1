//! On which list a case stands.

use chrono::Days;
use domain::{
    handover::{ComContact, Departure, Reason, Responsibility, RulesVersion},
    handover_list::{Checklist, HandoverRecord, ListedCase, ListedProbation},
};
use proptest::prelude::*;

use super::{REFERENCE, community, custody, day, record, supported, today};

const LISTED: RulesVersion = REFERENCE.with(Departure::SupportedCasesListed);

fn case(record: HandoverRecord) -> ListedCase<'static> {
    ListedCase {
        record: Some(record),
        probation: Some(ListedProbation {
            enhanced_resourcing: Some(true),
            ..ListedProbation::default()
        }),
        ..ListedCase::default()
    }
}

fn with_com<'a>(case: ListedCase<'a>, name: Option<&'a str>, email: Option<&'a str>) -> ListedCase<'a> {
    ListedCase {
        probation: Some(ListedProbation {
            com: ComContact { name, email },
            ..case.probation.unwrap()
        }),
        ..case
    }
}

const DONE: Checklist = Checklist {
    reviewed_oasys: true,
    contacted_com: true,
    attended_handover_meeting: true,
    sent_handover_report: true,
};

#[test]
fn a_handover_is_upcoming_from_eight_weeks_before_it_until_the_day_before() {
    for (handover, upcoming) in [
        ("2024-07-16", false),
        ("2024-07-15", true),
        ("2024-05-21", true),
        ("2024-05-20", false),
        ("2024-05-19", false),
    ] {
        assert_eq!(
            case(custody(handover)).is_upcoming(today()),
            upcoming,
            "{handover}"
        );
        assert_eq!(case(custody(handover)).is_in_window(today(), REFERENCE), upcoming);
    }
    assert!(!case(community("2024-05-30")).is_upcoming(today()));
    assert!(!case(supported()).is_upcoming(today()));
    assert!(!case(record(Responsibility::CustodyOnly, None)).is_upcoming(today()));
}

#[test]
fn a_com_by_name_moves_an_upcoming_handover_into_progress() {
    let upcoming = case(custody("2024-05-30"));
    for (name, email, moved) in [
        (None, None, false),
        (None, Some("a@b"), false),
        (Some("A B"), None, true),
        (Some(""), None, true),
    ] {
        let case = with_com(upcoming, name, email);
        assert_eq!(case.is_upcoming(today()), !moved);
        assert_eq!(case.is_in_progress(today(), REFERENCE), moved);
        assert!(!case.has_overdue_tasks(REFERENCE));
        assert!(!case.is_com_overdue(today(), REFERENCE));
    }
    let far = with_com(case(custody("2024-12-06")), Some("A B"), None);
    assert!(!far.is_in_progress(today(), REFERENCE));
    let unknown = ListedCase {
        probation: None,
        ..upcoming
    };
    assert!(unknown.is_upcoming(today()));
}

#[test]
fn a_handover_is_in_progress_once_the_community_is_responsible_by_a_date() {
    for handover in ["2024-05-30", "2024-05-20", "2020-01-01"] {
        assert!(case(community(handover)).is_in_progress(today(), REFERENCE));
        assert!(case(community(handover)).is_in_window(today(), REFERENCE));
    }
    let fixed = case(record(Responsibility::Community, None));
    assert!(!fixed.is_in_progress(today(), REFERENCE));
    assert!(!fixed.has_overdue_tasks(REFERENCE));
    assert!(!ListedCase::default().is_in_progress(today(), REFERENCE));
    assert!(!ListedCase::default().is_in_window(today(), REFERENCE));
}

#[test]
fn tasks_are_overdue_while_a_handover_in_progress_lacks_one() {
    let open = case(community("2024-05-15"));
    assert!(open.has_overdue_tasks(REFERENCE));
    let done = ListedCase {
        checklist: Some(DONE),
        ..open
    };
    assert!(!done.has_overdue_tasks(REFERENCE));
    assert!(done.is_in_progress(today(), REFERENCE));
    let nearly = Checklist {
        contacted_com: false,
        ..DONE
    };
    assert!(
        ListedCase {
            checklist: Some(nearly),
            ..open
        }
        .has_overdue_tasks(REFERENCE)
    );
}

#[test]
fn a_com_is_overdue_two_days_after_the_handover_if_nobody_is_known() {
    let overdue = |case: ListedCase<'_>| case.is_com_overdue(today(), REFERENCE);
    assert!(overdue(case(community("2024-05-18"))));
    assert!(!overdue(case(community("2024-05-19"))));
    assert!(!overdue(case(custody("2024-05-18"))));
    assert!(!overdue(with_com(case(community("2024-05-18")), Some(""), None)));
    assert!(!overdue(with_com(case(community("2024-05-18")), None, Some(""))));
    assert!(!overdue(ListedCase {
        probation: None,
        ..case(community("2024-05-18"))
    }));
}

#[test]
fn who_counts_as_released_is_on_no_list() {
    for record in [custody("2024-05-30"), community("2024-05-15"), supported()] {
        let released = ListedCase {
            released: true,
            ..case(record)
        };
        assert!(!released.is_upcoming(today()));
        assert!(!released.is_in_progress(today(), RulesVersion::CORRECTED));
        assert!(!with_com(released, Some("A B"), None).is_in_progress(today(), REFERENCE));
        assert!(!released.has_overdue_tasks(REFERENCE));
        assert!(!released.is_com_overdue(today(), RulesVersion::CORRECTED));
        assert!(released.is_in_window(today(), RulesVersion::CORRECTED));
    }
}

#[test]
fn departing_cases_that_the_community_supports_are_in_progress() {
    let supported = case(supported());
    assert!(!supported.is_in_progress(today(), REFERENCE));
    assert!(!supported.is_in_window(today(), REFERENCE));
    assert!(!supported.is_com_overdue(today(), REFERENCE));

    assert!(supported.is_in_progress(today(), LISTED));
    assert!(supported.is_in_window(today(), LISTED));
    assert!(!supported.has_overdue_tasks(LISTED));
    assert!(supported.is_com_overdue(day("2024-05-12"), LISTED));
    assert!(!supported.is_com_overdue(day("2024-05-11"), LISTED));

    assert!(!case(custody("2024-12-06")).is_in_progress(today(), LISTED));
}

#[test]
fn departing_a_case_supported_for_a_reason_without_dates_is_in_progress_and_never_overdue() {
    let undated = case(record(Responsibility::CustodyWithCom, None));
    assert!(!undated.is_in_progress(today(), REFERENCE));
    assert!(!undated.is_in_window(today(), REFERENCE));

    assert!(undated.is_in_progress(today(), LISTED));
    assert!(undated.is_in_window(today(), LISTED));
    assert!(!undated.has_overdue_tasks(LISTED));
    assert!(!undated.is_com_overdue(today(), LISTED));
    assert!(!undated.is_com_marked_overdue(today(), LISTED));
    assert_eq!(undated.days_overdue(today(), LISTED), None);
}

#[test]
fn days_are_counted_from_the_handover() {
    let days = |case: ListedCase<'_>| case.days_overdue(today(), REFERENCE);
    assert_eq!(days(case(custody("2024-07-16"))), Some(-57));
    assert_eq!(days(case(community("2024-05-15"))), Some(5));
    assert_eq!(days(case(supported())), Some(-10));
    assert_eq!(days(case(record(Responsibility::Community, None))), None);
    assert_eq!(days(ListedCase::default()), None);
}

#[test]
fn an_upcoming_handover_is_due_soon_within_a_fortnight() {
    assert!(!case(custody("2024-06-04")).is_due_soon(today()));
    assert!(case(custody("2024-06-03")).is_due_soon(today()));
    assert!(case(custody("2024-05-21")).is_due_soon(today()));
    assert!(!case(custody("2024-05-20")).is_due_soon(today()));
    assert!(!case(community("2024-05-21")).is_due_soon(today()));
}

#[test]
fn a_missing_com_is_marked_two_days_after_the_handover() {
    let marked = |case: ListedCase<'_>| case.is_com_marked_overdue(today(), REFERENCE);
    assert!(marked(case(community("2024-05-18"))));
    assert!(!marked(case(community("2024-05-19"))));
    assert!(marked(with_com(case(community("2024-05-18")), None, Some("a@b"))));
    assert!(!marked(with_com(
        case(community("2024-05-18")),
        Some("A B"),
        None
    )));
    assert!(!marked(case(record(Responsibility::Community, None))));
}

#[test]
fn a_com_is_needed_from_the_day_of_support_or_of_the_handover() {
    assert_eq!(supported().com_needed_from(REFERENCE), Some(day("2024-05-30")));
    assert_eq!(supported().com_needed_from(LISTED), Some(day("2024-05-10")));
    let since_unknown = HandoverRecord {
        start_date: None,
        ..supported()
    };
    assert_eq!(since_unknown.com_needed_from(LISTED), None);
    for rules in [REFERENCE, LISTED] {
        for record in [custody("2024-05-15"), community("2024-05-15")] {
            let earlier = HandoverRecord {
                start_date: Some(day("2024-01-01")),
                ..record
            };
            assert_eq!(earlier.com_needed_from(rules), Some(day("2024-05-15")));
        }
    }
}

#[test]
fn departing_every_count_of_a_supported_case_begins_with_the_support() {
    let supported = case(supported());
    let (due, overdue) = (day("2024-05-11"), day("2024-05-12"));
    assert_eq!(supported.days_overdue(overdue, LISTED), Some(2));
    assert_eq!(supported.days_overdue(overdue, REFERENCE), Some(-18));
    for (today, rules, is_overdue) in [
        (due, LISTED, false),
        (overdue, LISTED, true),
        (overdue, REFERENCE, false),
    ] {
        assert_eq!(supported.is_com_overdue(today, rules), is_overdue);
        assert_eq!(supported.is_com_marked_overdue(today, rules), is_overdue);
    }
    assert!(supported.is_com_marked_overdue(day("2024-06-01"), REFERENCE));
}

proptest! {
    #[test]
    fn nobody_is_on_a_list_of_upcoming_and_of_begun_handovers(
        responsibility in prop::sample::select(Responsibility::ALL),
        reason in prop::sample::select(Reason::ALL),
        handover in prop::option::of(0..200u64),
        start in prop::option::of(0..200u64),
        name in prop::option::of(Just("A B")),
        known in any::<bool>(),
        corrected in any::<bool>(),
        released in any::<bool>(),
    ) {
        let rules = if corrected { RulesVersion::CORRECTED } else { REFERENCE };
        let date = |days| day("2024-03-01") + Days::new(days);
        let case = ListedCase {
            record: Some(HandoverRecord {
                responsibility,
                reason,
                handover_date: handover.map(date),
                start_date: start.map(date),
            }),
            probation: known.then_some(ListedProbation {
                com: ComContact { name, email: None },
                enhanced_resourcing: None,
            }),
            checklist: None,
            released,
        };
        let in_progress = case.is_in_progress(today(), rules);
        prop_assert!(!(case.is_upcoming(today()) && in_progress));
        prop_assert!(in_progress || !case.has_overdue_tasks(rules));
        prop_assert!(in_progress || !case.is_com_overdue(today(), rules));
        prop_assert!(case.is_in_window(today(), rules) || !in_progress);
        let progress = case.progress(rules);
        prop_assert!(progress.done <= progress.tasks.len());
    }
}
