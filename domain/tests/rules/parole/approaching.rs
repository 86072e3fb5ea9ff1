//! When parole approaches, and where that is shown.

use domain::{
    handover::{Departure, PomOfCase},
    parole::{NextParole, ParoleDateKind, ParoleDates},
};

use super::{REFERENCE, at, day, now, review};

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
fn a_case_that_approaches_parole_is_on_the_list_of_whoever_has_it() {
    let next = Some(NextParole {
        date: day("2024-06-01"),
        kind: ParoleDateKind::Tariff,
    });
    assert!(NextParole::is_on_prison_list(next, true));
    assert!(!NextParole::is_on_prison_list(next, false));
    assert!(!NextParole::is_on_prison_list(None, true));

    for (pom, listed) in [
        (PomOfCase::Primary, true),
        (PomOfCase::Coworking, true),
        (PomOfCase::Unrelated, false),
    ] {
        assert_eq!(NextParole::is_on_pom_list(next, pom), listed);
        assert!(!NextParole::is_on_pom_list(None, pom));
    }
}

#[test]
fn the_page_has_a_panel_for_a_tariff_an_eligibility_date_or_a_review_at_hand() {
    let long_ago = Some(day("2001-01-01"));
    let none = ParoleDates::default();
    let tariff = ParoleDates {
        tariff: long_ago,
        ..none
    };
    let eligibility = ParoleDates {
        parole_eligibility: long_ago,
        ..none
    };
    let hearing = ParoleDates {
        target_hearing: long_ago,
        ..none
    };
    assert!(tariff.has_panel(None) && eligibility.has_panel(None));
    assert!(!hearing.has_panel(None));
    assert!(!none.has_panel(None) && none.has_panel(Some(&review(1, "2024-06-01"))));
}
