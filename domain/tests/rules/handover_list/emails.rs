//! Which reminder a POM is sent, and which cases the local delivery units are written to about.

use chrono::{Days, NaiveDate};
use domain::{
    handover::{Departure, RulesVersion},
    handover_list::{PipelineFacts, Reminder, ReminderFacts, ReminderLost, SentReminder},
};
use proptest::prelude::*;

use super::{REFERENCE, day, today};

const CATCHING_UP: RulesVersion = REFERENCE.with(Departure::RemindersCatchUp);

fn facts(handover: &str, has_com: bool) -> ReminderFacts<'static> {
    ReminderFacts {
        handover_date: Some(day(handover)),
        has_com,
        release_date_known: true,
        opted_out: &[],
        sent: &[],
    }
}

fn due(facts: ReminderFacts<'_>) -> Option<Reminder> {
    facts.due(today(), REFERENCE).unwrap()
}

#[test]
fn each_reminder_has_its_day() {
    for (handover, has_com, reminder) in [
        ("2024-07-14", false, None),
        ("2024-07-15", false, Some(Reminder::Upcoming)),
        ("2024-07-15", true, Some(Reminder::Upcoming)),
        ("2024-07-16", false, None),
        ("2024-05-20", true, Some(Reminder::HandedOver)),
        ("2024-05-20", false, None),
        ("2024-05-21", true, None),
        ("2024-05-19", true, None),
        ("2024-05-06", false, Some(Reminder::ComOverdue)),
        ("2024-05-06", true, None),
        ("2024-05-05", false, None),
        ("2024-05-07", false, None),
    ] {
        assert_eq!(due(facts(handover, has_com)), reminder, "{handover} {has_com}");
    }
    let undated = ReminderFacts {
        handover_date: None,
        ..facts("2024-05-20", true)
    };
    assert_eq!(due(undated), None);
}

#[test]
fn a_reminder_is_not_sent_against_the_poms_wish_nor_twice() {
    let upcoming = facts("2024-07-15", false);
    let other = [Reminder::HandedOver, Reminder::ComOverdue];
    let sent = |reminder| {
        [SentReminder {
            reminder,
            handover_date: None,
        }]
    };
    assert_eq!(
        due(ReminderFacts {
            opted_out: &[Reminder::Upcoming],
            ..upcoming
        }),
        None
    );
    assert_eq!(
        due(ReminderFacts {
            opted_out: &other,
            ..upcoming
        }),
        Some(Reminder::Upcoming)
    );
    assert_eq!(
        due(ReminderFacts {
            sent: &sent(Reminder::Upcoming),
            ..upcoming
        }),
        None
    );
    assert_eq!(
        due(ReminderFacts {
            sent: &sent(Reminder::HandedOver),
            ..upcoming
        }),
        Some(Reminder::Upcoming)
    );
}

#[test]
fn departing_an_unknown_release_date_does_not_lose_a_reminder() {
    let unknown = ReminderFacts {
        release_date_known: false,
        ..facts("2024-07-15", false)
    };
    let lost = ReminderLost(Reminder::Upcoming);
    assert_eq!(unknown.due(today(), REFERENCE), Err(lost));
    assert_eq!(
        lost.to_string(),
        "the reminder 'upcoming_handover_window' cannot be written: the release date is not known"
    );
    let rules = REFERENCE.with(Departure::RemindersWithoutReleaseDate);
    assert_eq!(unknown.due(today(), rules), Ok(Some(Reminder::Upcoming)));
    let not_due = ReminderFacts {
        release_date_known: false,
        ..facts("2024-07-16", false)
    };
    assert_eq!(not_due.due(today(), REFERENCE), Ok(None));
}

#[test]
fn departing_a_missed_reminder_is_sent_while_it_is_worth_it() {
    for (handover, has_com, reminder) in [
        ("2024-07-16", false, None),
        ("2024-07-15", false, Some(Reminder::Upcoming)),
        ("2024-05-21", false, Some(Reminder::Upcoming)),
        ("2024-05-20", false, None),
        ("2024-05-20", true, Some(Reminder::HandedOver)),
        ("2024-05-07", true, Some(Reminder::HandedOver)),
        ("2024-05-06", true, None),
        ("2024-05-07", false, None),
        ("2024-05-06", false, Some(Reminder::ComOverdue)),
        ("2024-04-22", false, Some(Reminder::ComOverdue)),
        ("2024-04-21", false, None),
    ] {
        let due = facts(handover, has_com).due(today(), CATCHING_UP);
        assert_eq!(due, Ok(reminder), "{handover} {has_com}");
    }
}

#[test]
fn departing_a_reminder_is_sent_once_for_each_handover_date() {
    let sent = |handover_date| {
        [SentReminder {
            reminder: Reminder::Upcoming,
            handover_date,
        }]
    };
    for (handover_date, due_again) in [
        (None, false),
        (Some(day("2024-07-15")), false),
        (Some(day("2024-07-01")), true),
    ] {
        let sent = sent(handover_date);
        let facts = ReminderFacts {
            sent: &sent,
            ..facts("2024-07-15", false)
        };
        assert_eq!(facts.due(today(), REFERENCE), Ok(None));
        assert_eq!(facts.due(today(), CATCHING_UP).unwrap().is_some(), due_again);
    }
}

fn pipeline(start: &str) -> PipelineFacts {
    PipelineFacts {
        prison_active: true,
        sentenced: true,
        start_date: Some(day(start)),
        last_calculated_at: None,
        has_com_name: false,
    }
}

#[test]
fn the_monthly_list_names_handovers_that_begin_within_44_days() {
    let listed = |facts: PipelineFacts| facts.is_in_monthly_list(today());
    assert!(!listed(pipeline("2024-05-19")));
    assert!(listed(pipeline("2024-05-20")));
    assert!(listed(pipeline("2024-07-03")));
    assert!(!listed(pipeline("2024-07-04")));
    assert!(!listed(PipelineFacts {
        start_date: None,
        ..pipeline("2024-05-20")
    }));
    assert!(!listed(PipelineFacts {
        prison_active: false,
        ..pipeline("2024-05-20")
    }));
    assert!(!listed(PipelineFacts {
        sentenced: false,
        ..pipeline("2024-05-20")
    }));
    assert!(listed(PipelineFacts {
        has_com_name: true,
        ..pipeline("2024-05-20")
    }));
}

#[test]
fn the_monthly_list_names_handovers_begun_and_calculated_within_a_month() {
    let listed = |start, calculated: &str| {
        let last_calculated_at = Some(calculated.parse().unwrap());
        PipelineFacts {
            last_calculated_at,
            ..pipeline(start)
        }
        .is_in_monthly_list(today())
    };
    assert!(listed("2024-05-19", "2024-04-20T00:00:01Z"));
    assert!(!listed("2024-05-19", "2024-04-20T00:00:00Z"));
    assert!(!listed("2024-07-04", "2024-05-19T00:00:00Z"));
    assert!(listed("2024-05-20", "2020-01-01T00:00:00Z"));
}

#[test]
fn a_missing_com_is_chased_a_week_after_the_handover_began() {
    let chased = |facts: PipelineFacts| facts.is_chased(today());
    assert!(chased(pipeline("2024-05-13")));
    assert!(!chased(pipeline("2024-05-12")));
    assert!(!chased(pipeline("2024-05-14")));
    assert!(!chased(PipelineFacts {
        has_com_name: true,
        ..pipeline("2024-05-13")
    }));
    assert!(!chased(PipelineFacts {
        prison_active: false,
        ..pipeline("2024-05-13")
    }));
    assert!(!chased(PipelineFacts {
        sentenced: false,
        ..pipeline("2024-05-13")
    }));
    assert!(!chased(PipelineFacts {
        start_date: None,
        ..pipeline("2024-05-13")
    }));
}

proptest! {
    #[test]
    fn what_is_due_on_its_day_is_also_due_when_catching_up(
        handover in prop_oneof![
            (0..200u64).prop_map(|days| day("2024-02-01") + Days::new(days)),
            Just(NaiveDate::MIN),
            Just(NaiveDate::MAX),
        ],
        has_com in any::<bool>(),
        opted_out in proptest::collection::vec(prop::sample::select(Reminder::ALL), 0..2),
    ) {
        let facts = ReminderFacts {
            handover_date: Some(handover),
            has_com,
            release_date_known: true,
            opted_out: &opted_out,
            sent: &[],
        };
        let due = facts.due(today(), REFERENCE).unwrap();
        if due.is_some() {
            prop_assert_eq!(facts.due(today(), CATCHING_UP).unwrap(), due);
        }
    }
}
