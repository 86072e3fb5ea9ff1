//! Who enters the service, and who is inside the policy. Handover rules 3.

use domain::{
    LegalStatus,
    handover::{HandoverFacts, RulesVersion, Situation},
    prisoner::{OutsidePolicy, inside_policy, is_admitted},
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
        ("2006-05-20", "2024-05-19", Some(17), Some(false)),
        ("2006-05-20", "2024-05-20", Some(18), Some(true)),
        ("2008-02-29", "2026-02-28", Some(17), Some(false)),
        ("2008-02-29", "2026-03-01", Some(18), Some(true)),
        ("2004-02-29", "2024-02-29", Some(20), Some(true)),
        ("2025-01-01", "2024-05-20", None, Some(false)),
    ] {
        let facts = HandoverFacts {
            date_of_birth: Some(day(born)),
            ..determinate()
        };
        let situation = Situation::of(&facts, on(today), RulesVersion::REFERENCE);
        assert_eq!((situation.age, situation.adult), (age, adult), "{born} {today}");
    }
}

#[test]
fn outside_the_policy_the_first_condition_that_fails_is_named() {
    use Imprisonment::{Civil, Immigration, Other};

    for (adult, sentenced, imprisonment, outside) in [
        (None, false, Civil, Some(OutsidePolicy::AgeUnknown)),
        (Some(false), false, Civil, Some(OutsidePolicy::NotAdult)),
        (Some(true), true, Civil, Some(OutsidePolicy::Civil)),
        (Some(true), false, Other, Some(OutsidePolicy::NotSentenced)),
        (Some(true), true, Other, None),
        (Some(true), false, Immigration, None),
    ] {
        assert_eq!(inside_policy(adult, sentenced, imprisonment).err(), outside);
    }
    for (outside, words) in [
        (OutsidePolicy::AgeUnknown, "the date of birth is not known"),
        (OutsidePolicy::NotAdult, "the eighteenth birthday is to come"),
        (OutsidePolicy::Civil, "civil matters"),
        (OutsidePolicy::NotSentenced, "no sentence is known"),
    ] {
        let told = outside.to_string();
        assert!(
            told.starts_with("the case is outside OMiC policy, ") && told.contains(words),
            "{told}"
        );
    }
}
