//! Given, when, then.

use chrono::{DateTime, NaiveDate, Utc};
use cqrs_es::test::TestFramework;

use super::{Prisoner, PrisonerCommand, PrisonerEvent, PrisonerFacts, ReleaseKind, SentenceDates};
use crate::{LegalStatus, PrisonCode};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn code(text: &str) -> PrisonCode {
    text.parse().unwrap()
}

/// Sentenced, adult, at Leeds.
fn facts() -> PrisonerFacts {
    PrisonerFacts {
        first_name: "ALEX".to_owned().into(),
        last_name: "EXAMPLE".to_owned().into(),
        date_of_birth: day("1990-05-20").into(),
        prison: Some(code("LEI")),
        arrived_on: Some(day("2026-01-05")),
        location: Some("A-1-02".to_owned().into()),
        restricted_patient: false,
        legal_status: LegalStatus::Sentenced,
        imprisonment_status: Some("SENT03".to_owned()),
        indeterminate: false,
        recall: false,
        dates: SentenceDates {
            sentence_start: Some(day("2026-01-05")),
            release: Some(day("2028-01-05")),
            ..SentenceDates::default()
        },
    }
}

fn observed(facts: PrisonerFacts) -> PrisonerEvent {
    PrisonerEvent::PrisonerObserved(Box::new(facts))
}

fn given(events: Vec<PrisonerEvent>) -> cqrs_es::test::AggregateTestExecutor<Prisoner> {
    TestFramework::<Prisoner>::with(()).given(events)
}

#[test]
fn facts_are_recorded_when_they_change() {
    let observe = |facts| PrisonerCommand::Observe(Box::new(facts));
    let elsewhere = PrisonerFacts {
        location: Some("B-2-03".to_owned().into()),
        ..facts()
    };

    given(vec![])
        .when(observe(facts()))
        .then_expect_events(vec![observed(facts())]);
    given(vec![observed(facts())])
        .when(observe(facts()))
        .then_expect_events(vec![]);
    given(vec![observed(facts())])
        .when(observe(elsewhere.clone()))
        .then_expect_events(vec![observed(elsewhere)]);
}

#[test]
fn leaving_is_recorded_once_and_empties_the_cell() {
    let left_at = at("2026-09-10T08:00:00Z");
    let release = || PrisonerCommand::Release {
        from_prison: code("LEI"),
        left_at,
    };
    let released = PrisonerEvent::PrisonerReleased {
        from_prison: code("LEI"),
        left_at,
    };

    given(vec![observed(facts())])
        .when(release())
        .then_expect_events(vec![released.clone()]);
    given(vec![observed(facts()), released.clone()])
        .when(release())
        .then_expect_events(vec![]);

    let mut prisoner = Prisoner::default();
    prisoner.apply(&observed(facts()));
    prisoner.apply(&released);
    let left = prisoner.facts.unwrap();
    assert_eq!((left.prison, left.arrived_on, left.location), (None, None, None));
}

/// Leaving Leeds in either way, and what it leads to.
fn departures(left_at: DateTime<Utc>) -> [(PrisonerCommand, PrisonerEvent); 2] {
    let from_prison = code("LEI");
    [
        (
            PrisonerCommand::Release { from_prison, left_at },
            PrisonerEvent::PrisonerReleased { from_prison, left_at },
        ),
        (
            PrisonerCommand::TransferOut { from_prison, left_at },
            PrisonerEvent::PrisonerTransferredOut { from_prison, left_at },
        ),
    ]
}

/// Seen at Moorland, where they came on that day if it is known.
fn at_moorland(arrived_on: Option<&str>) -> PrisonerEvent {
    observed(PrisonerFacts {
        prison: Some(code("MDI")),
        arrived_on: arrived_on.map(day),
        ..facts()
    })
}

#[test]
fn news_of_leaving_a_prison_before_they_came_to_another_counts_for_nothing() {
    for left_at in [
        "2026-01-04T08:00:00Z",
        "2026-01-05T08:00:00Z",
        "2026-01-05T23:59:00Z",
    ] {
        for (leave, _) in departures(at(left_at)) {
            given(vec![at_moorland(Some("2026-01-05"))])
                .when(leave)
                .then_expect_events(vec![]);
        }
    }
}

#[test]
fn who_leaves_a_prison_without_having_been_seen_there_has_left_all_the_same() {
    for arrived_on in [Some("2026-01-05"), None] {
        for (leave, left) in departures(at("2026-01-06T00:00:00Z")) {
            given(vec![at_moorland(arrived_on)])
                .when(leave)
                .then_expect_events(vec![left]);
        }
    }
}

#[test]
fn news_of_leaving_before_they_came_back_counts_for_nothing() {
    let leave = |left_at| PrisonerCommand::Release {
        from_prison: code("LEI"),
        left_at,
    };
    // They came on 5 January, at whatever hour.
    given(vec![observed(facts())])
        .when(leave(at("2026-01-04T23:59:00Z")))
        .then_expect_events(vec![]);
    let left_at = at("2026-01-05T00:00:00Z");
    given(vec![observed(facts())])
        .when(leave(left_at))
        .then_expect_events(vec![PrisonerEvent::PrisonerReleased {
            from_prison: code("LEI"),
            left_at,
        }]);
}

#[test]
fn the_service_deals_with_people_from_their_eighteenth_birthday() {
    let young = PrisonerFacts {
        date_of_birth: day("2008-09-10").into(),
        ..facts()
    };

    assert!(!young.is_inside_policy(day("2026-09-09")));
    assert!(young.is_inside_policy(day("2026-09-10")));
}

#[test]
fn a_sentence_needs_a_start_and_an_end_that_can_be_told() {
    let dates = facts().dates;
    let without = |dates| PrisonerFacts { dates, ..facts() };

    assert!(facts().is_sentenced());
    assert!(
        !without(SentenceDates {
            sentence_start: None,
            ..dates
        })
        .is_sentenced()
    );
    let endless = SentenceDates {
        release: None,
        ..dates
    };
    assert!(!without(endless).is_sentenced());
    assert!(
        PrisonerFacts {
            indeterminate: true,
            ..without(endless)
        }
        .is_sentenced()
    );
    for ending in [
        SentenceDates {
            parole_eligibility: dates.release,
            ..endless
        },
        SentenceDates {
            home_detention_curfew_eligibility: dates.release,
            ..endless
        },
        SentenceDates {
            tariff: dates.release,
            ..endless
        },
    ] {
        assert!(without(ending).is_sentenced());
    }
    assert!(
        !without(SentenceDates {
            conditional_release: dates.release,
            ..endless
        })
        .is_sentenced()
    );
}

#[test]
fn immigration_cases_are_inside_policy_without_a_sentence() {
    let detained = PrisonerFacts {
        legal_status: LegalStatus::ImmigrationDetainee,
        imprisonment_status: Some("DET".to_owned()),
        dates: SentenceDates::default(),
        ..facts()
    };

    assert!(detained.is_immigration_case() && !facts().is_immigration_case());
    assert!(detained.is_inside_policy_as_adult());
    let unsentenced = PrisonerFacts {
        imprisonment_status: None,
        ..detained
    };
    assert!(!unsentenced.is_inside_policy_as_adult());
}

#[test]
fn civil_matters_are_outside_policy() {
    for status in [
        "A/FINE",
        "A_FINE",
        "A_CFINE",
        "CIVIL",
        "CIVIL_CON",
        "CIVIL_DT",
        "CIV_RMD",
        "YOC_CONT",
        "YO_CFINE",
    ] {
        let held = PrisonerFacts {
            imprisonment_status: Some(status.to_owned()),
            ..facts()
        };
        assert!(
            held.is_sentenced() && !held.is_inside_policy_as_adult(),
            "{status}"
        );
    }
}

#[test]
fn only_four_legal_statuses_are_in_remit_and_unknown_ends_nothing() {
    for &status in LegalStatus::ALL {
        let counted = PrisonerFacts {
            legal_status: status,
            ..facts()
        }
        .is_inside_policy_as_adult();
        let expected = matches!(
            status.code(),
            "SENTENCED" | "INDETERMINATE_SENTENCE" | "RECALL" | "IMMIGRATION_DETAINEE"
        );
        assert_eq!(counted, expected, "{status}");
        assert_eq!(
            status.ends_allocation(),
            !expected && status != LegalStatus::Unknown,
            "{status}"
        );
    }
    assert_eq!(LegalStatus::from_upstream("SOMETHING_NEW"), LegalStatus::Other);
}

fn earliest(dates: SentenceDates) -> Option<(ReleaseKind, NaiveDate)> {
    dates
        .earliest_release(day("2026-09-10"))
        .map(|release| (release.kind, release.date))
}

#[test]
fn the_earliest_release_is_the_next_one_or_else_the_last_one_past() {
    let dates = SentenceDates {
        conditional_release: Some(day("2026-09-09")),
        automatic_release: Some(day("2027-01-01")),
        parole_eligibility: Some(day("2026-09-10")),
        ..SentenceDates::default()
    };
    assert_eq!(earliest(dates), Some((ReleaseKind::Ped, day("2026-09-10"))));

    let past = SentenceDates {
        conditional_release: Some(day("2020-01-01")),
        tariff: Some(day("2021-01-01")),
        ..SentenceDates::default()
    };
    assert_eq!(earliest(past), Some((ReleaseKind::Ted, day("2021-01-01"))));
    assert_eq!(earliest(SentenceDates::default()), None);
}

#[test]
fn the_sentence_running_out_counts_only_without_a_release_date_proper() {
    let expiring = SentenceDates {
        sentence_expiry: Some(day("2026-10-01")),
        licence_expiry: Some(day("2026-09-15")),
        ..SentenceDates::default()
    };
    assert_eq!(earliest(expiring), Some((ReleaseKind::Led, day("2026-09-15"))));

    let released_before = SentenceDates {
        automatic_release: Some(day("2020-01-01")),
        ..expiring
    };
    assert_eq!(
        earliest(released_before),
        Some((ReleaseKind::Ard, day("2020-01-01")))
    );
}

#[test]
fn of_dates_on_one_day_the_first_named_counts() {
    for same in ["2020-01-01", "2030-01-01"] {
        let dates = SentenceDates {
            conditional_release: Some(day(same)),
            automatic_release: Some(day(same)),
            tariff: Some(day(same)),
            ..SentenceDates::default()
        };
        assert_eq!(earliest(dates), Some((ReleaseKind::Crd, day(same))));
    }
}

#[test]
fn parole_comes_before_recall_or_stands_alone() {
    let parole = SentenceDates {
        approved_parole: Some(day("2026-10-01")),
        ..SentenceDates::default()
    };
    assert_eq!(earliest(parole), Some((ReleaseKind::Prrd, day("2026-10-01"))));

    let later_recall = SentenceDates {
        post_recall_release: Some(day("2026-11-01")),
        ..parole
    };
    assert_eq!(
        earliest(later_recall),
        Some((ReleaseKind::Prrd, day("2026-10-01")))
    );

    let earlier_recall = SentenceDates {
        post_recall_release: Some(day("2026-09-20")),
        ..parole
    };
    assert_eq!(
        earliest(earlier_recall),
        Some((ReleaseKind::Prrd, day("2026-09-20")))
    );
}
