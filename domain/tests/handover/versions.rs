//! Versions of the rules, their departures, and the lists of codes. Handover rules 6 and 19.

use std::str::FromStr;

use domain::{
    Moment,
    handover::{
        Departure, HandoverReleaseKind, MappaLevel, OverrideValue, Reason, Responsibility, RulesVersion,
    },
    reference::Agency,
};

use proptest::{prelude::*, sample::subsequence};

use crate::given::day;

#[test]
fn a_version_is_known_by_its_name_and_by_what_it_departs_in_beside() {
    for (name, version) in RulesVersion::NAMED {
        assert_eq!(RulesVersion::from_str(name), Ok(version));
        assert_eq!(version.to_string(), name);
    }
    let between = RulesVersion::REFERENCE
        .with(Departure::ExactlyTwelveMonths)
        .with(Departure::LondonDates);
    assert_eq!(
        between.to_string(),
        "reference+london-dates+exactly-twelve-months"
    );
    let before = RulesVersion::REFERENCE_BEFORE_SIMPLIFIED.with(Departure::LondonDates);
    assert_eq!(before.to_string(), "reference-before-simplified+london-dates");
}

#[test]
fn rules_that_there_are_not_are_told_from_departures_that_there_are_not() {
    let complaint = |text| RulesVersion::from_str(text).unwrap_err().to_string();
    assert_eq!(
        complaint("newest+london-dates"),
        "there are no rules 'newest': use one of reference-before-simplified, reference, corrected, alone or with '+' and a departure"
    );
    assert!(
        complaint("reference+newest").starts_with("there is no departure 'newest': use one of simplified-")
    );
    assert!(complaint("reference+").starts_with("there is no departure ''"));
}

proptest! {
    #[test]
    fn every_version_reads_back_as_itself(departures in subsequence(Departure::ALL, 0..=Departure::ALL.len())) {
        let oldest = RulesVersion::REFERENCE_BEFORE_SIMPLIFIED;
        let version = departures.into_iter().fold(oldest, RulesVersion::with);
        prop_assert_eq!(version.to_string().parse(), Ok(version));
    }
}

#[test]
fn the_reference_makes_one_departure_and_ours_makes_all() {
    let (before, reference) = (RulesVersion::REFERENCE_BEFORE_SIMPLIFIED, RulesVersion::REFERENCE);
    let of = |old: RulesVersion, new| old.differing(new).collect::<Vec<_>>();

    assert_eq!(of(before, reference), [Departure::SimplifiedEnhancedHandover]);
    assert_eq!(of(before, RulesVersion::CORRECTED), Departure::ALL);
    assert_eq!(
        of(reference, RulesVersion::CORRECTED).len(),
        Departure::ALL.len() - 1
    );
    assert_eq!(of(reference, reference), []);
}

#[test]
fn a_departure_is_made_and_unmade_by_itself() {
    for departure in Departure::ALL.iter().copied() {
        let with = RulesVersion::REFERENCE_BEFORE_SIMPLIFIED.with(departure);
        assert!(with.has(departure));
        assert_eq!(Departure::ALL.iter().filter(|other| with.has(**other)).count(), 1);
        assert_eq!(with.without(departure), RulesVersion::REFERENCE_BEFORE_SIMPLIFIED);
        assert_eq!(with.with(departure), with);
        assert!(!RulesVersion::CORRECTED.without(departure).has(departure));
    }
}

#[test]
fn every_departure_is_dated_and_says_what_it_decides() {
    for departure in Departure::ALL.iter().copied() {
        let since = if departure == Departure::SimplifiedEnhancedHandover {
            day("2026-09-01")
        } else {
            day("2026-11-22")
        };
        assert_eq!(departure.since(), since);
        assert!(departure.meaning().contains("Handover rules "), "{departure}");
        assert_eq!(departure.meaning(), departure.meaning().trim());
    }
}

#[test]
fn every_code_reads_back_as_itself() {
    for reason in Reason::ALL {
        assert_eq!(Reason::from_str(reason.code()), Ok(*reason));
        assert_eq!(reason.to_string(), reason.code());
    }
    for responsibility in Responsibility::ALL {
        assert_eq!(
            Responsibility::from_str(responsibility.code()),
            Ok(*responsibility)
        );
    }
    for kind in HandoverReleaseKind::ALL {
        assert_eq!(HandoverReleaseKind::from_str(kind.code()), Ok(*kind));
    }
    for value in OverrideValue::ALL {
        assert_eq!(OverrideValue::from_str(value.code()), Ok(*value));
    }
    for departure in Departure::ALL {
        assert_eq!(Departure::from_str(departure.code()), Ok(*departure));
    }
    for number in 0..=u8::MAX {
        let level = MappaLevel::try_from(number);
        assert_eq!(level.is_ok(), number <= 3, "{number}");
        assert_eq!(level.map_or(number, MappaLevel::number), number);
        assert_eq!(
            level.is_ok_and(MappaLevel::is_managed),
            number == 2 || number == 3
        );
    }
    for name in ["LEI", "COURT", "A"] {
        assert_eq!(name.parse::<Agency>().unwrap().as_str(), name);
    }
}

#[test]
fn twenty_nine_reasons_have_labels_and_thirteen_are_given_today() {
    assert_eq!(Reason::ALL.len(), 29);
    let today: Vec<_> = Reason::ALL
        .iter()
        .filter(|reason| reason.is_given_today())
        .collect();
    assert_eq!(today.len(), 13);
    assert!(today.contains(&&Reason::AdditionalIsp) && today.contains(&&Reason::Determinate));
    assert!(!Reason::ComResponsibility.is_given_today());

    for (code, label) in [
        ("additional_isp", "Additional ISP"),
        (
            "recall_thd_over_12_months",
            "Next parole hearing more than 12 months away",
        ),
        ("parole_mappa_2_3", "Unsuccessful parole and Mappa 2/3"),
        (
            "thd_over_12_months",
            "Next parole hearing more than 12 months away",
        ),
        ("recall_case", "Recall case"),
        ("immigration_case", "Immigration Case"),
        ("release_date_unknown", "Release Date Unknown"),
        ("early_allocation", "Early Allocation"),
        ("indeterminate", "Indeterminate"),
        ("indeterminate_open", "Indeterminate - Open conditions"),
        ("determinate_short", "Determinate sentence 10 months or less"),
        ("determinate_parole", "Parole"),
        ("determinate", "Determinate sentence more than 10 months"),
        ("com_responsibility", "COM Responsibility"),
        ("recall_release_soon", "Recall case"),
        ("recall_release_later_mappa_2_3", "Recall case"),
        ("recall_release_later_mappa_empty_1", "Recall case"),
        ("recall_release_later_no_outcome", "Recall case"),
        ("crc_case", "CRC Case"),
        ("nps_early_allocation", "NPS Early Allocation"),
        ("nps_indeterminate", "NPS Indeterminate"),
        ("nps_indeterminate_open", "NPS Indeterminate - Open conditions"),
        ("nps_determinate_parole_case", "NPS Determinate Parole Case"),
        ("nps_determinate", "NPS Determinate Case"),
        ("nps_mappa_unknown", "NPS - MAPPA level unknown"),
        ("nps_determinate_mappa_1_n", "NPS Determinate Mappa 1/N"),
        ("nps_determinate_mappa_2_3", "NPS Determinate Mappa 2/3"),
        (
            "less_than_10_months_left_to_serve",
            "Less than 10 months left to serve",
        ),
        ("pre_omic_rules", "Pre-OMIC rules"),
    ] {
        assert_eq!(Reason::from_str(code).unwrap().label(), label, "{code}");
    }
}

#[test]
fn a_moment_has_its_day_in_london_and_by_universal_time() {
    let night = Moment::new("2024-06-30T23:30:00Z".parse().unwrap());
    assert_eq!(
        (night.today(), night.utc_date()),
        (day("2024-07-01"), day("2024-06-30"))
    );
    assert_eq!(night.london_clock().to_string(), "00:30:00");
    assert_eq!(night.now().to_rfc3339(), "2024-06-30T23:30:00+00:00");
    assert_eq!(night.day(RulesVersion::REFERENCE), day("2024-06-30"));
    assert_eq!(night.day(RulesVersion::CORRECTED), day("2024-07-01"));
}
