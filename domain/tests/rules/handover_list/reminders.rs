//! Which reminder a POM is sent, and when.

use chrono::{Days, NaiveDate, TimeDelta};
use domain::{
    handover::{Departure, RulesVersion},
    handover_list::{Reminder, ReminderFacts, ReminderLost, SentReminder},
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

/// Handovers whose reminders are due today, or some days off; seldom none at all.
fn near_a_reminders_day() -> impl Strategy<Value = NaiveDate> {
    let near = |days: i64| (days - 3..=days + 3).prop_map(|days| today() + TimeDelta::days(days));
    prop_oneof![
        4 => near(56),
        4 => near(0),
        4 => near(-14),
        4 => near(-28),
        1 => Just(NaiveDate::MIN),
        1 => Just(NaiveDate::MAX),
    ]
}

proptest! {
    #[test]
    fn what_is_due_on_its_day_is_also_due_when_catching_up(
        handover in near_a_reminders_day(),
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
        let late = facts.due(today(), CATCHING_UP).unwrap();
        prop_assert!(due.is_none() || late == due, "{due:?}, but catching up {late:?}");
        // A reminder that comes later is one whose day has passed.
        let had_its_day = |reminder| {
            (0..=56u64).any(|days| facts.due(today() - Days::new(days), REFERENCE) == Ok(Some(reminder)))
        };
        prop_assert!(late.is_none_or(had_its_day), "{late:?} never had its day");
    }
}
