//! What a new calculation changes, and who is told.

use domain::{
    Moment,
    calendar::same_time_days_before,
    handover::{Departure, Reason, Responsibility, RulesVersion},
    handover_list::{Checklist, HandoverRecord},
    recalculation::{ComNeed, ComRequest, Recalculation, RecalculationFacts},
};

use super::{REFERENCE, community, custody, day, record, supported};

const DONE: Checklist = Checklist {
    reviewed_oasys: true,
    contacted_com: true,
    attended_handover_meeting: true,
    sent_handover_report: false,
};
const NEEDED: ComNeed = ComNeed {
    ldu_reachable: true,
    has_com_name: false,
    has_crn: true,
};

fn now() -> Moment {
    Moment::new("2024-05-20T03:00:00Z".parse().unwrap())
}

fn from(before: Option<HandoverRecord>, after: HandoverRecord) -> RecalculationFacts {
    RecalculationFacts {
        before,
        after: Some(after),
        probation: Some(NEEDED),
        checklist: Some(DONE),
        last_asked_to_assign: None,
    }
}

fn follows(facts: RecalculationFacts) -> Recalculation {
    facts.recalculate(now(), REFERENCE)
}

fn short() -> HandoverRecord {
    HandoverRecord {
        reason: Reason::DeterminateShort,
        ..record(Responsibility::Community, None)
    }
}

fn indeterminate() -> HandoverRecord {
    HandoverRecord {
        reason: Reason::Indeterminate,
        ..custody("2024-12-30")
    }
}

#[test]
fn without_a_result_or_a_probation_record_everything_stays() {
    let before = custody("2024-05-30");
    let changed = from(Some(before), community("2024-05-01"));
    for facts in [
        RecalculationFacts {
            after: None,
            ..changed
        },
        RecalculationFacts {
            probation: None,
            ..changed
        },
    ] {
        assert_eq!(
            follows(facts),
            Recalculation {
                record: Some(before),
                changed: false,
                announced: false,
                checklist: Some(DONE),
                request: None,
            }
        );
    }
}

#[test]
fn a_change_of_any_part_is_kept() {
    let before = supported();
    assert!(!follows(from(Some(before), before)).changed);
    for after in [
        HandoverRecord {
            responsibility: Responsibility::Community,
            ..before
        },
        HandoverRecord {
            reason: Reason::Indeterminate,
            ..before
        },
        HandoverRecord {
            handover_date: None,
            ..before
        },
        HandoverRecord {
            start_date: None,
            ..before
        },
    ] {
        let follows = follows(from(Some(before), after));
        assert!(follows.changed);
        assert_eq!(follows.record, Some(after));
    }
    assert!(follows(from(None, before)).changed);
}

#[test]
fn a_change_of_dates_is_announced() {
    let before = supported();
    for (after, announced) in [
        (before, false),
        (
            HandoverRecord {
                handover_date: Some(day("2024-05-31")),
                ..before
            },
            true,
        ),
        (
            HandoverRecord {
                start_date: None,
                ..before
            },
            true,
        ),
        (
            HandoverRecord {
                responsibility: Responsibility::Community,
                ..before
            },
            false,
        ),
        (
            HandoverRecord {
                reason: Reason::Indeterminate,
                ..before
            },
            false,
        ),
    ] {
        assert_eq!(follows(from(Some(before), after)).announced, announced);
        let rules = REFERENCE.with(Departure::EveryChangeAnnounced);
        let departing = from(Some(before), after).recalculate(now(), rules);
        assert_eq!(departing.announced, after != before);
    }
    assert!(follows(from(None, before)).announced);
}

#[test]
fn departing_a_first_record_without_dates_is_announced_too() {
    let first = from(None, record(Responsibility::CustodyOnly, None));
    assert!(!follows(first).announced);
    let rules = REFERENCE.with(Departure::EveryChangeAnnounced);
    assert!(first.recalculate(now(), rules).announced);
}

#[test]
fn the_checklist_starts_afresh_when_the_prison_has_the_case_again() {
    for (before, after, afresh) in [
        (community("2024-05-06"), custody("2024-06-17"), true),
        (community("2024-05-06"), custody("2025-05-20"), true),
        (custody("2024-06-10"), custody("2025-05-20"), true),
        (custody("2024-06-10"), custody("2024-06-24"), false),
        (custody("2025-06-10"), custody("2025-06-10"), false),
        (custody("2024-06-10"), community("2024-06-10"), false),
        (community("2024-05-06"), community("2024-05-13"), false),
        (community("2024-05-06"), supported(), false),
    ] {
        let left = if afresh { Checklist::default() } else { DONE };
        let follows = follows(from(Some(before), after));
        assert_eq!(follows.checklist, Some(left), "{before:?} {after:?}");
    }
    let first = follows(from(None, custody("2024-06-10")));
    assert_eq!(first.checklist, Some(Checklist::default()));
    let none = RecalculationFacts {
        checklist: None,
        ..from(None, custody("2024-06-10"))
    };
    assert_eq!(follows(none).checklist, None);
}

#[test]
fn a_supporting_com_is_requested_at_the_move_to_open_conditions() {
    let request = |facts| follows(facts).request;
    let opened = from(Some(indeterminate()), supported());
    assert_eq!(request(opened), Some(ComRequest::Supporting));
    let no_crn = ComNeed {
        has_crn: false,
        ..NEEDED
    };
    let without_crn = RecalculationFacts {
        probation: Some(no_crn),
        ..opened
    };
    assert_eq!(request(without_crn), Some(ComRequest::Supporting));

    assert_eq!(request(from(None, supported())), None);
    assert_eq!(request(from(Some(supported()), supported())), None);
    let before = |reason, responsibility| HandoverRecord {
        reason,
        responsibility,
        ..indeterminate()
    };
    for before in [
        before(Reason::Indeterminate, Responsibility::Community),
        before(Reason::Determinate, Responsibility::CustodyOnly),
    ] {
        assert_eq!(request(from(Some(before), supported())), None);
    }
    for after in [
        HandoverRecord {
            responsibility: Responsibility::CustodyOnly,
            ..supported()
        },
        HandoverRecord {
            reason: Reason::Indeterminate,
            ..supported()
        },
    ] {
        assert_eq!(request(from(Some(indeterminate()), after)), None);
    }
}

#[test]
fn a_com_is_requested_for_a_short_sentence_every_time() {
    let request = |facts| follows(facts).request;
    assert_eq!(request(from(None, short())), Some(ComRequest::Assign));
    assert_eq!(request(from(Some(short()), short())), Some(ComRequest::Assign));
    let custody = HandoverRecord {
        responsibility: Responsibility::CustodyOnly,
        ..short()
    };
    assert_eq!(request(from(None, custody)), None);
    assert_eq!(request(from(None, record(Responsibility::Community, None))), None);
}

#[test]
fn nobody_is_asked_who_cannot_be_or_need_not_be() {
    for facts in [from(Some(indeterminate()), supported()), from(None, short())] {
        for probation in [
            ComNeed {
                ldu_reachable: false,
                ..NEEDED
            },
            ComNeed {
                has_com_name: true,
                ..NEEDED
            },
        ] {
            let facts = RecalculationFacts {
                probation: Some(probation),
                ..facts
            };
            assert_eq!(follows(facts).request, None);
        }
    }
    let no_crn = ComNeed {
        has_crn: false,
        ..NEEDED
    };
    let facts = RecalculationFacts {
        probation: Some(no_crn),
        ..from(None, short())
    };
    assert_eq!(follows(facts).request, None);
}

#[test]
fn a_com_is_requested_again_after_two_days_by_the_clocks() {
    let asked = |at: &str| {
        let facts = RecalculationFacts {
            last_asked_to_assign: Some(at.parse().unwrap()),
            ..from(Some(short()), short())
        };
        follows(facts).request
    };
    assert_eq!(asked("2024-05-18T02:59:59Z"), Some(ComRequest::Assign));
    assert_eq!(asked("2024-05-18T03:00:00Z"), None);
    assert_eq!(asked("2024-05-20T02:00:00Z"), None);
}

#[test]
fn days_by_the_clocks_are_longer_or_shorter_when_the_clocks_change() {
    for (now, earlier) in [
        ("2024-05-20T03:00:00Z", "2024-05-18T03:00:00Z"),
        ("2024-04-01T03:00:00Z", "2024-03-30T04:00:00Z"),
        ("2024-10-28T03:00:00Z", "2024-10-26T02:00:00Z"),
        ("2024-10-29T01:30:00Z", "2024-10-27T00:30:00Z"),
        ("2024-04-02T00:30:00Z", "2024-03-31T01:30:00Z"),
    ] {
        let (now, earlier): (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>) =
            (now.parse().unwrap(), earlier.parse().unwrap());
        assert_eq!(same_time_days_before(now, 2), earlier, "{now}");
    }
    let first = chrono::DateTime::<chrono::Utc>::MIN_UTC + chrono::Duration::days(1);
    assert_eq!(
        same_time_days_before(first, 2),
        chrono::DateTime::<chrono::Utc>::MIN_UTC
    );
}

#[test]
fn doing_it_again_changes_nothing_and_announces_nothing() {
    for before in [None, Some(indeterminate()), Some(community("2024-05-01"))] {
        for after in [custody("2024-06-10"), supported(), short()] {
            for rules in [REFERENCE, RulesVersion::CORRECTED] {
                let once = from(before, after).recalculate(now(), rules);
                let again = RecalculationFacts {
                    before: once.record,
                    checklist: once.checklist,
                    ..from(before, after)
                }
                .recalculate(now(), rules);
                assert!(!again.changed && !again.announced);
                assert_eq!((again.record, again.checklist), (once.record, once.checklist));
            }
        }
    }
}
