//! Which cases the local delivery units are written to about, and in which words.

use domain::{
    handover::{Departure, RulesVersion},
    handover_list::{ChasedPom, LduHint, MonthlyEmail, PipelineFacts, monthly_list, monthly_release},
    prisoner::SentenceDates,
};

use super::{REFERENCE, day, today};

const CATCHING_UP: RulesVersion = REFERENCE.with(Departure::RemindersCatchUp);

fn pipeline(start: &str) -> PipelineFacts {
    PipelineFacts {
        prison_active: true,
        sentenced: true,
        start_date: Some(day(start)),
        last_calculated_at: None,
        has_com_name: false,
        chased_about: None,
    }
}

#[test]
fn the_monthly_list_names_handovers_that_begin_within_44_days() {
    let listed = |facts: PipelineFacts| facts.is_in_monthly_list(today(), REFERENCE);
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
        .is_in_monthly_list(today(), REFERENCE)
    };
    assert!(listed("2024-05-19", "2024-04-20T00:00:01Z"));
    assert!(!listed("2024-05-19", "2024-04-20T00:00:00Z"));
    assert!(!listed("2024-07-04", "2024-05-19T00:00:00Z"));
    assert!(listed("2024-05-20", "2020-01-01T00:00:00Z"));
}

#[test]
fn a_missing_com_is_chased_a_week_after_the_handover_began() {
    let chased = |facts: PipelineFacts| facts.is_chased(today(), REFERENCE);
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

#[test]
fn departing_a_calculation_a_month_ago_counts_by_the_day_in_london() {
    let rules = REFERENCE.with(Departure::LondonDates);
    for (calculated, listed, departing) in [
        ("2024-04-19T22:59:59Z", false, false),
        ("2024-04-19T23:00:00Z", false, true),
        ("2024-04-20T00:00:00Z", false, true),
        ("2024-04-20T00:00:01Z", true, true),
    ] {
        let facts = PipelineFacts {
            last_calculated_at: Some(calculated.parse().unwrap()),
            ..pipeline("2024-05-19")
        };
        assert_eq!(
            facts.is_in_monthly_list(today(), REFERENCE),
            listed,
            "{calculated}"
        );
        assert_eq!(
            facts.is_in_monthly_list(today(), rules),
            departing,
            "{calculated}"
        );
    }
}

#[test]
fn departing_a_missed_chase_is_sent_within_a_fortnight_and_once_for_each_start() {
    let chased = |start, about: Option<&str>| {
        PipelineFacts {
            chased_about: about.map(day),
            ..pipeline(start)
        }
        .is_chased(today(), CATCHING_UP)
    };
    assert!(!chased("2024-05-14", None));
    assert!(chased("2024-05-13", None));
    assert!(chased("2024-04-29", None));
    assert!(!chased("2024-04-28", None));
    assert!(!chased("2024-05-13", Some("2024-05-13")));
    assert!(chased("2024-05-13", Some("2024-04-13")));
    let named = PipelineFacts {
        has_com_name: true,
        ..pipeline("2024-05-10")
    };
    assert!(!named.is_chased(today(), CATCHING_UP));
}

#[test]
fn the_monthly_list_is_ordered_by_the_start_and_leaves_the_others_out() {
    let cases = [
        ("2024-06-03", "third"),
        ("2024-05-20", "first"),
        ("2024-07-04", "too late"),
        ("2024-05-21", "second"),
        ("2024-06-03", "fourth"),
        ("2024-05-19", "begun"),
    ];
    let listed = monthly_list(
        cases.map(|(start, name)| (pipeline(start), name)),
        today(),
        REFERENCE,
    );
    let names: Vec<_> = listed.into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["first", "second", "third", "fourth"]);
}

#[test]
fn the_monthly_list_shows_the_earliest_of_three_dates() {
    let (early, late) = (Some(day("2020-01-01")), Some(day("2030-01-01")));
    for (conditional_release, parole_eligibility, tariff, shown) in [
        (early, late, late, early),
        (late, early, late, early),
        (late, late, early, early),
        (None, None, late, late),
        (None, None, None, None),
    ] {
        let dates = SentenceDates {
            conditional_release,
            parole_eligibility,
            tariff,
            automatic_release: Some(day("2010-01-01")),
            ..SentenceDates::default()
        };
        assert_eq!(monthly_release(&dates), shown);
    }
}

#[test]
fn a_unit_is_sent_its_list_or_that_there_is_none() {
    for (enabled, cases, listed, email) in [
        (true, 3, 1, Some(MonthlyEmail::Pipeline)),
        (true, 3, 0, Some(MonthlyEmail::NoHandovers)),
        (true, 0, 0, None),
        (false, 3, 1, None),
    ] {
        assert_eq!(MonthlyEmail::of(enabled, cases, listed), email);
    }
}

#[test]
fn a_chase_names_the_pom_as_far_as_known() {
    let known = ChasedPom::known_as(Some("Ann Old"), None);
    assert_eq!((known.name, known.email), ("Ann Old", "unknown"));
    let known = ChasedPom::known_as(None, Some("a@b"));
    assert_eq!((known.name, known.email), ("unknown", "a@b"));
    let nobody = ChasedPom::NOBODY;
    assert_eq!(
        (nobody.name, nobody.email),
        ("This offender does not have an allocated POM", "n/a")
    );
}

#[test]
fn a_unit_without_name_or_address_leaves_a_hint() {
    for (name, email, hint) in [
        (Some("LDU"), Some("l@d"), None),
        (None, Some("l@d"), Some(LduHint::NoName)),
        (Some("LDU"), Some(" "), Some(LduHint::NoEmail)),
        (Some(""), None, Some(LduHint::Unknown)),
    ] {
        assert_eq!(LduHint::of(name, email), hint);
    }
}
