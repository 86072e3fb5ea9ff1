//! An answer can say why, in words.

use domain::handover::{
    AdditionalSentence, DateRule, Ground, Handover, HandoverRelease, HandoverReleaseKind, MappaLevel,
    OpenConditions, ParoleRefusal, Responsibility,
};

use crate::given::{answer, day, determinate};

fn told(ground: Ground) -> String {
    let handover = Handover {
        responsibility: Responsibility::CustodyOnly,
        handover_date: None,
        start_date: None,
        ground,
    };
    handover.explanation().to_string()
}

fn dated(rule: DateRule, kind: HandoverReleaseKind) -> Ground {
    Ground::Dates {
        rule,
        release: HandoverRelease {
            kind,
            date: day("2026-05-01"),
        },
    }
}

#[test]
fn an_answer_names_who_why_when_and_the_rule() {
    assert_eq!(
        answer(&determinate(), "2024-05-20").explanation().to_string(),
        "The prison is responsible: a determinate sentence, handed over 8 months and 14 days before release, with \
         conditional release on 1 May 2026. Handover on 18 August 2025. (Handover rules 5.1 e)"
    );
}

#[test]
fn a_support_that_begins_before_the_handover_is_told() {
    let handover = Handover {
        responsibility: Responsibility::CustodyWithCom,
        handover_date: Some(day("2025-05-01")),
        start_date: Some(day("2024-05-01")),
        ground: dated(
            DateRule::Indeterminate {
                open: Some(OpenConditions::MensPrison),
            },
            HandoverReleaseKind::Ted,
        ),
    };
    assert_eq!(
        handover.explanation().to_string(),
        "The prison is responsible and the community supports: an indeterminate sentence in open conditions (an open \
         prison for men), handed over 12 months before release, with tariff expiry on 1 May 2026. Open conditions let the \
         community support from 1 May 2024. Handover on 1 May 2025. (Handover rules 5.1 b)"
    );
}

#[test]
fn every_rule_before_the_dates_has_words_of_its_own() {
    let hearing = day("2025-06-01");
    for (ground, words) in [
        (
            Ground::AdditionalSentence(AdditionalSentence {
                first: day("2010-01-01"),
                last: day("2011-01-01"),
            }),
            "more than one indeterminate sentence, the first begun on 1 January 2010 and the last on 1 January 2011. (Handover rules 5, rule 1)",
        ),
        (
            Ground::RecalledHearingFar { hearing, mappa: None },
            "recalled, the latest hearing set, on 1 June 2025, is 12 months or more away, and no MAPPA level is known. (Handover rules 5, rule 2)",
        ),
        (
            Ground::RecalledHearingFar {
                hearing,
                mappa: Some(MappaLevel::One),
            },
            "recalled, the latest hearing set, on 1 June 2025, is 12 months or more away, and the MAPPA level is 1. (Handover rules 5, rule 2)",
        ),
        (
            Ground::RefusedAndManaged {
                hearing,
                refused: ParoleRefusal {
                    received_on: Some(day("2024-03-02")),
                },
                mappa: MappaLevel::Three,
            },
            "the last parole result, received on 2 March 2024, was not release, the latest hearing set, on 1 June 2025, is 12 months or more away, and the MAPPA level is 3. (Handover rules 5, rule 3)",
        ),
        (
            Ground::RefusedHearingFar {
                hearing,
                refused: ParoleRefusal { received_on: None },
            },
            "the last parole result was not release, and the latest hearing set, on 1 June 2025, is 12 months or more away. (Handover rules 5, rule 4)",
        ),
        (
            Ground::Recalled,
            "recalled from licence. (Handover rules 5, rule 5)",
        ),
        (
            Ground::Immigration,
            "held under immigration powers. (Handover rules 5, rule 6)",
        ),
        (
            Ground::ReleaseUnknown { indeterminate: true },
            "neither tariff expiry nor a hearing is known. (Handover rules 5, rule 7)",
        ),
        (
            Ground::ReleaseUnknown { indeterminate: false },
            "neither parole eligibility nor automatic or conditional release is known. (Handover rules 5, rule 7)",
        ),
    ] {
        assert_eq!(told(ground), format!("The prison is responsible: {words}"));
    }
    let community = Handover {
        responsibility: Responsibility::Community,
        handover_date: None,
        start_date: None,
        ground: Ground::Recalled,
    };
    assert!(
        community
            .explanation()
            .to_string()
            .starts_with("The community is responsible: ")
    );
}

#[test]
fn every_rule_of_dates_has_words_of_its_own_and_the_facts_that_decided() {
    for (ground, words) in [
        (
            dated(
                DateRule::EarlyAllocation {
                    assessed_on: Some(day("2024-03-02")),
                },
                HandoverReleaseKind::Ard,
            ),
            "early allocation as assessed on 2 March 2024, handed over 15 months before release, with automatic release on 1 May 2026. (Handover rules 5.1 a)",
        ),
        (
            dated(
                DateRule::EarlyAllocation { assessed_on: None },
                HandoverReleaseKind::Ard,
            ),
            "early allocation, handed over 15 months before release, with automatic release on 1 May 2026. (Handover rules 5.1 a)",
        ),
        (
            dated(DateRule::Indeterminate { open: None }, HandoverReleaseKind::Thd),
            "an indeterminate sentence, handed over 12 months before release, with the target hearing on 1 May 2026. (Handover rules 5.1 b)",
        ),
        (
            dated(
                DateRule::Indeterminate {
                    open: Some(OpenConditions::WomensCategory),
                },
                HandoverReleaseKind::Ted,
            ),
            "an indeterminate sentence in open conditions (the open category in a prison for women), handed over 12 months before release, with tariff expiry on 1 May 2026. (Handover rules 5.1 b)",
        ),
        (
            dated(
                DateRule::Short {
                    sentence_start: day("2025-08-04"),
                },
                HandoverReleaseKind::Crd,
            ),
            "a sentence begun on 4 August 2025 with 10 months or less to release, which is not handed over, with conditional release on 1 May 2026. (Handover rules 5.1 c)",
        ),
        (
            dated(DateRule::Parole, HandoverReleaseKind::Ped),
            "a sentence with parole, handed over 12 months before eligibility, with parole eligibility on 1 May 2026. (Handover rules 5.1 d)",
        ),
    ] {
        assert_eq!(told(ground), format!("The prison is responsible: {words}"));
    }
}
