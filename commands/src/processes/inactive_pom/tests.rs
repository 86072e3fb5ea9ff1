//! Given what is known, when something happens, then these actions.

use chrono::TimeDelta;
use domain::{NomsNumber, PomKey, PomPosition, WorkingPattern, pom::StaffDetails};

use super::*;
use crate::processes::{Answer, ProcessEvent};

fn now() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn pom() -> PomKey {
    "LEI-102".parse().unwrap()
}

fn noms(number: &str) -> NomsNumber {
    number.parse().unwrap()
}

fn inactive() -> PomEvent {
    PomEvent::PomStatusChanged {
        status: PomStatus::Inactive,
    }
}

fn nothing_known() -> Facts {
    Facts::default()
}

fn cases(numbers: &[&str]) -> Facts {
    let mut facts = Facts::default();
    let cases = numbers.iter().map(|number| noms(number)).collect();
    facts.learn(Question::CasesOf(pom()), Answer::Cases(cases));
    facts
}

fn of_the_pom(event: PomEvent) -> ProcessEvent {
    ProcessEvent {
        stream: AnyStream::Pom(pom()),
        event: DomainEvent::Pom(event),
    }
}

fn recorded(given: &Facts, event: PomEvent) -> Vec<Action> {
    let event = of_the_pom(event);
    InactivePom.react(given, Trigger::Recorded(&event), now())
}

#[test]
fn when_a_pom_becomes_inactive_or_is_removed_then_it_asks_for_their_cases() {
    for event in [inactive(), PomEvent::PomRemoved] {
        let asked = recorded(&nothing_known(), event);
        assert_eq!(asked, [Action::Ask(Question::CasesOf(pom()))]);
    }
}

#[test]
fn given_their_cases_then_each_case_is_due_at_once_by_itself() {
    let actions = recorded(&cases(&["A1234BC", "B2345CD"]), inactive());
    let due = ["A1234BC", "B2345CD"].map(|noms| Action::wake(noms, now()));
    assert_eq!(actions, due);
}

#[test]
fn given_no_cases_then_nothing_is_to_be_done() {
    assert_eq!(recorded(&cases(&[]), inactive()), []);
}

#[test]
fn when_a_case_is_due_then_the_pom_goes_off_it() {
    let event = of_the_pom(inactive());
    let due = Trigger::Due {
        key: "A1234BC",
        event: &event,
    };
    let command = RemoveInactivePom {
        noms: noms("A1234BC"),
        prison: pom().prison,
        staff: pom().staff,
    };
    let later = now() + TimeDelta::days(3);
    assert_eq!(
        InactivePom.react(&nothing_known(), due, later),
        [Action::send(command)]
    );
}

#[test]
fn when_a_pom_keeps_working_then_nothing_is_asked() {
    let working_pattern = WorkingPattern::FULL_TIME;
    let details = StaffDetails {
        forename: "BOB".to_owned(),
        surname: "PROB".to_owned(),
        email: None,
    };
    for event in [
        PomEvent::PomStatusChanged {
            status: PomStatus::Unavailable,
        },
        PomEvent::PomStatusChanged {
            status: PomStatus::Active,
        },
        PomEvent::WorkingPatternChanged { working_pattern },
        PomEvent::PomOnboarded {
            details,
            position: PomPosition::Probation,
            working_pattern,
        },
    ] {
        assert_eq!(recorded(&nothing_known(), event.clone()), [], "{event:?}");
    }
}

#[test]
fn it_follows_the_events_that_take_a_pom_from_their_cases() {
    for event in [inactive(), PomEvent::PomRemoved] {
        assert!(InactivePom.event_types().contains(&event.name()), "{event:?}");
    }
}
