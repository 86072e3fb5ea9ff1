//! Which release counts, for handover and for lists. Handover rules 4.1 and 4.2.

use chrono::NaiveDate;
use domain::{
    Moment,
    handover::{Departure, HandoverReleaseKind, ReleaseFacts, RulesVersion, release_for_handover},
    prisoner::{ReleaseKind, SentenceDates},
};

use crate::given::{at, day, on};

const TODAY: &str = "2024-05-20";

fn of_tariff_and_hearing(
    tariff: Option<&str>,
    hearing: Option<&str>,
) -> Option<(HandoverReleaseKind, String)> {
    let dates = SentenceDates {
        tariff: tariff.map(day),
        parole_eligibility: Some(day("2023-01-01")),
        conditional_release: Some(day("2023-01-01")),
        automatic_release: Some(day("2023-01-01")),
        ..SentenceDates::default()
    };
    release_for_handover(true, &dates, hearing.map(day), day(TODAY))
        .map(|release| (release.kind, release.date.to_string()))
}

#[test]
fn an_indeterminate_prisoner_looks_to_the_tariff_then_to_the_hearing_then_to_the_nearer_past() {
    use HandoverReleaseKind::{Ted, Thd};
    for (tariff, hearing, expected) in [
        (Some("2024-05-21"), Some("2024-05-21"), Some(Ted)),
        (Some("2030-01-01"), Some("2024-05-21"), Some(Ted)),
        (Some("2024-05-20"), Some("2024-05-21"), Some(Thd)),
        (Some("2024-05-20"), Some("2030-01-01"), Some(Thd)),
        (Some("2024-05-20"), Some("2024-05-19"), Some(Ted)),
        (Some("2024-05-18"), Some("2024-05-19"), Some(Thd)),
        (Some("2024-05-19"), Some("2024-05-20"), Some(Thd)),
        (Some("2024-05-18"), Some("2024-05-18"), Some(Ted)),
        (None, Some("2020-01-01"), Some(Thd)),
        (Some("2020-01-01"), None, Some(Ted)),
        (None, None, None),
    ] {
        let release = of_tariff_and_hearing(tariff, hearing);
        let date = if expected == Some(Ted) { tariff } else { hearing };
        assert_eq!(
            release,
            expected.map(|kind| (kind, date.unwrap().to_owned())),
            "{tariff:?} {hearing:?}"
        );
    }
}

#[test]
fn any_other_prisoner_looks_to_parole_then_to_the_earlier_release() {
    use HandoverReleaseKind::{Ard, Crd, Ped};
    for (parole, automatic, conditional, expected) in [
        (Some("2020-01-01"), Some("2019-01-01"), None, Some(Ped)),
        (None, Some("2026-01-02"), Some("2026-01-01"), Some(Crd)),
        (None, Some("2026-01-01"), Some("2026-01-02"), Some(Ard)),
        (None, Some("2026-01-01"), Some("2026-01-01"), Some(Ard)),
        (None, None, Some("2026-01-01"), Some(Crd)),
        (None, Some("2026-01-01"), None, Some(Ard)),
        (None, None, None, None),
    ] {
        let dates = SentenceDates {
            parole_eligibility: parole.map(day),
            automatic_release: automatic.map(day),
            conditional_release: conditional.map(day),
            tariff: Some(day("2024-01-01")),
            ..SentenceDates::default()
        };
        let release = release_for_handover(false, &dates, Some(day("2030-01-01")), day(TODAY));
        assert_eq!(release.map(|release| release.kind), expected);
    }
}

fn dates(conditional: Option<&str>, tariff: Option<&str>, expiry: Option<&str>) -> SentenceDates {
    SentenceDates {
        conditional_release: conditional.map(day),
        tariff: tariff.map(day),
        sentence_expiry: expiry.map(day),
        ..SentenceDates::default()
    }
}

fn released(dates: &SentenceDates, indeterminate: bool, at: Moment, rules: RulesVersion) -> bool {
    ReleaseFacts {
        dates,
        indeterminate,
        recalled: false,
    }
    .counts_as_released(at, rules)
}

#[test]
fn whoever_has_a_release_of_today_counts_as_released_and_of_tomorrow_does_not() {
    let released = |conditional| {
        released(
            &dates(conditional, None, None),
            false,
            on(TODAY),
            RulesVersion::REFERENCE,
        )
    };

    assert!(released(Some("2024-05-20")));
    assert!(!released(Some("2024-05-21")));
    assert!(!released(None));
}

#[test]
fn by_the_present_service_the_day_of_release_begins_by_universal_time() {
    let facts = dates(Some("2024-05-20"), None, None);
    let (reference, london) = (
        RulesVersion::REFERENCE,
        RulesVersion::REFERENCE.with(Departure::LondonDates),
    );
    let summer_night = at("2024-05-19T23:30:00Z");

    assert!(!released(&facts, false, summer_night, reference));
    assert!(released(&facts, false, summer_night, london));
}

#[test]
fn a_tariff_that_has_passed_releases_only_by_the_present_rules() {
    let facts = dates(None, Some("2020-01-01"), None);
    let corrected = RulesVersion::REFERENCE.with(Departure::TariffIsNotRelease);

    assert!(released(&facts, true, on(TODAY), RulesVersion::REFERENCE));
    assert!(!released(&facts, true, on(TODAY), corrected));
    assert!(released(&facts, false, on(TODAY), corrected));

    let paroled = |on_day: &str| SentenceDates {
        approved_parole: Some(day(on_day)),
        ..facts
    };
    assert!(released(&paroled("2024-05-20"), true, on(TODAY), corrected));
    assert!(!released(&paroled("2024-05-21"), true, on(TODAY), corrected));
}

#[test]
fn departing_whoever_was_recalled_is_not_released_by_the_parole_before() {
    let corrected = RulesVersion::REFERENCE.with(Departure::TariffIsNotRelease);
    for (tariff, before) in [("2030-01-01", false), ("2019-01-01", true)] {
        let dates = SentenceDates {
            approved_parole: Some(day("2020-01-01")),
            ..dates(None, Some(tariff), None)
        };
        let recalled = ReleaseFacts {
            dates: &dates,
            indeterminate: true,
            recalled: true,
        };
        let at_large = ReleaseFacts {
            recalled: false,
            ..recalled
        };
        assert_eq!(
            recalled.counts_as_released(on(TODAY), RulesVersion::REFERENCE),
            before
        );
        assert!(!recalled.counts_as_released(on(TODAY), corrected));
        assert!(at_large.counts_as_released(on(TODAY), corrected));
    }

    let dates = dates(Some("2020-01-01"), None, None);
    let determinate = ReleaseFacts {
        dates: &dates,
        indeterminate: false,
        recalled: true,
    };
    assert!(determinate.counts_as_released(on(TODAY), corrected));
}

#[test]
fn an_expiry_to_come_stands_behind_a_past_release_only_by_the_present_rules() {
    let shown = |dates: SentenceDates, rules: RulesVersion| -> Option<(ReleaseKind, NaiveDate)> {
        dates
            .earliest_release_under(day(TODAY), rules)
            .map(|release| (release.kind, release.date))
    };
    let (reference, corrected) = (
        RulesVersion::REFERENCE,
        RulesVersion::REFERENCE.with(Departure::ExpiryAfterPastRelease),
    );
    let (crd, sed) = (ReleaseKind::Crd, ReleaseKind::Sed);

    for (conditional, expiry, before, after) in [
        (
            Some("2024-05-19"),
            Some("2024-05-20"),
            Some((crd, "2024-05-19")),
            Some((sed, "2024-05-20")),
        ),
        (
            Some("2024-05-19"),
            Some("2024-05-19"),
            Some((crd, "2024-05-19")),
            Some((crd, "2024-05-19")),
        ),
        (
            Some("2024-05-20"),
            Some("2024-05-20"),
            Some((crd, "2024-05-20")),
            Some((crd, "2024-05-20")),
        ),
        (
            None,
            Some("2024-05-19"),
            Some((sed, "2024-05-19")),
            Some((sed, "2024-05-19")),
        ),
        (None, None, None, None),
    ] {
        let dates = dates(conditional, None, expiry);
        let on_day = |expected: Option<(ReleaseKind, &str)>| expected.map(|(kind, date)| (kind, day(date)));
        assert_eq!(shown(dates, reference), on_day(before));
        assert_eq!(shown(dates, corrected), on_day(after));
    }
}
