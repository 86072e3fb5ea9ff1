//! Who enters the service, and who is inside the policy. Handover rules 3.

use domain::{
    LegalStatus,
    handover::{HandoverFacts, RulesVersion, Situation},
    prisoner::is_admitted,
    reference::Imprisonment,
};

use crate::given::{day, determinate, on};

#[test]
fn four_legal_statuses_are_admitted_but_for_civil_matters() {
    for status in LegalStatus::ALL.iter().copied() {
        let listed = [
            LegalStatus::Sentenced,
            LegalStatus::Indeterminate,
            LegalStatus::Recall,
            LegalStatus::ImmigrationDetainee,
        ]
        .contains(&status);
        assert_eq!(is_admitted(Some(status), Imprisonment::Other), listed, "{status}");
        assert_eq!(
            is_admitted(Some(status), Imprisonment::Immigration),
            listed,
            "{status}"
        );
        assert!(!is_admitted(Some(status), Imprisonment::Civil), "{status}");
    }
    assert!(!is_admitted(None, Imprisonment::Other));
}

#[test]
fn a_birthday_counts_on_the_day_and_on_1_march_where_there_is_no_29_february() {
    for (born, today, age, adult) in [
        ("2006-05-20", "2024-05-19", Some(17), false),
        ("2006-05-20", "2024-05-20", Some(18), true),
        ("2008-02-29", "2026-02-28", Some(17), false),
        ("2008-02-29", "2026-03-01", Some(18), true),
        ("2004-02-29", "2024-02-29", Some(20), true),
        ("2025-01-01", "2024-05-20", None, false),
    ] {
        let facts = HandoverFacts {
            date_of_birth: Some(day(born)),
            ..determinate()
        };
        let situation = Situation::of(&facts, on(today), RulesVersion::REFERENCE);
        assert_eq!((situation.age, situation.adult), (age, adult), "{born} {today}");
    }
}
