//! The rules in the order in which they decide, each at its boundary. Handover rules 5.

use domain::{
    handover::{
        DateRule, DatedCase, Ground, HandoverFacts, MappaLevel, OpenConditions, ProbationFacts, Reason,
        Responsibility, RulesVersion, SentenceTerm, calculate, date_rule, responsibility_on, start_date,
    },
    prisoner::{OutsidePolicy, SentenceDates},
    reference::Imprisonment,
};

use crate::given::{answer, at, day, determinate, indeterminate, on, review};

const TODAY: &str = "2024-05-20";
const FAR: &str = "2025-05-21";
const REFUSED: Option<&str> = Some("Stay In Closed [*]");

fn with_mappa(level: Option<u8>, facts: HandoverFacts<'_>) -> HandoverFacts<'_> {
    HandoverFacts {
        probation: ProbationFacts {
            mappa: level.map(|level| MappaLevel::try_from(level).unwrap()),
            welsh: false,
        },
        ..facts
    }
}

#[test]
fn rule_0_nobody_outside_the_policy_is_calculated() {
    let refused = |facts: HandoverFacts<'_>| calculate(&facts, on(TODAY), RulesVersion::REFERENCE);
    let born = |date: &str| HandoverFacts {
        date_of_birth: Some(day(date)),
        ..determinate()
    };

    assert_eq!(refused(born("2006-05-21")), Err(OutsidePolicy::NotAdult));
    assert!(refused(born("2006-05-20")).is_ok());
    assert_eq!(
        refused(HandoverFacts {
            date_of_birth: None,
            ..determinate()
        }),
        Err(OutsidePolicy::AgeUnknown)
    );
    for (imprisonment, sentence, outside) in [
        (Imprisonment::Other, true, None),
        (Imprisonment::Other, false, Some(OutsidePolicy::NotSentenced)),
        (Imprisonment::Immigration, true, None),
        (Imprisonment::Immigration, false, None),
        (Imprisonment::Civil, true, Some(OutsidePolicy::Civil)),
        (Imprisonment::Civil, false, Some(OutsidePolicy::Civil)),
    ] {
        let mut facts = HandoverFacts {
            imprisonment,
            ..determinate()
        };
        facts.dates.sentence_start = facts.dates.sentence_start.filter(|_| sentence);
        assert_eq!(refused(facts).err(), outside, "{imprisonment:?} {sentence}");
    }
}

#[test]
fn rule_1_a_second_indeterminate_sentence_comes_before_everything() {
    let terms = [("2019-02-05", 1), ("2020-01-01", 2)].map(|(start, case)| SentenceTerm {
        case_id: Some(case),
        sentence_start: Some(day(start)),
        life: true,
        ..SentenceTerm::default()
    });
    let facts = HandoverFacts {
        sentence_terms: &terms,
        recall: true,
        imprisonment: Imprisonment::Immigration,
        ..indeterminate()
    };

    let handover = answer(&facts, TODAY);
    assert_eq!(handover.responsibility, Responsibility::CustodyOnly);
    assert_eq!(handover.reason(), Reason::AdditionalIsp);
    assert_eq!((handover.handover_date, handover.start_date), (None, None));

    let determinate = HandoverFacts {
        indeterminate: false,
        ..facts
    };
    assert_eq!(answer(&determinate, TODAY).reason(), Reason::RecallCase);
}

#[test]
fn rules_2_to_5_weigh_recall_refusal_and_mappa_while_the_hearing_is_far() {
    use {Reason as R, Responsibility as Who};
    let refused = [review(FAR, REFUSED)];
    let open = [review(FAR, None)];

    for (recall, is_refused, mappa, reason, who) in [
        (true, false, None, R::RecallThdOver12Months, Who::CustodyWithCom),
        (true, true, Some(0), R::RecallThdOver12Months, Who::CustodyWithCom),
        (true, true, Some(1), R::RecallThdOver12Months, Who::CustodyWithCom),
        (true, true, Some(2), R::ParoleMappa23, Who::Community),
        (true, false, Some(2), R::RecallCase, Who::Community),
        (true, false, Some(3), R::RecallCase, Who::Community),
        (false, true, Some(2), R::ParoleMappa23, Who::Community),
        (false, true, Some(3), R::ParoleMappa23, Who::Community),
        (false, true, Some(1), R::ThdOver12Months, Who::CustodyWithCom),
        (false, true, None, R::ThdOver12Months, Who::CustodyWithCom),
        (false, false, Some(3), R::Indeterminate, Who::CustodyOnly),
    ] {
        let facts = HandoverFacts {
            recall,
            parole_reviews: if is_refused { &refused } else { &open },
            ..with_mappa(mappa, indeterminate())
        };
        let handover = answer(&facts, TODAY);
        assert_eq!(
            (handover.reason(), handover.responsibility),
            (reason, who),
            "{recall} {is_refused} {mappa:?}"
        );
        assert_eq!(handover.handover_date.is_some(), reason == R::Indeterminate);
    }
}

#[test]
fn rules_2_to_4_are_for_indeterminate_prisoners_with_a_far_hearing_only() {
    let far = [review(FAR, REFUSED)];
    let near = [review("2025-05-20", REFUSED)];
    let recalled = |facts: HandoverFacts<'static>| HandoverFacts {
        recall: true,
        ..facts
    };

    let determinate = HandoverFacts {
        parole_reviews: &far,
        ..recalled(determinate())
    };
    assert_eq!(answer(&determinate, TODAY).ground, Ground::Recalled);
    let soon = HandoverFacts {
        parole_reviews: &near,
        ..recalled(indeterminate())
    };
    assert_eq!(answer(&soon, TODAY).ground, Ground::Recalled);
}

#[test]
fn rules_5_to_7_recall_before_immigration_before_an_unknown_release() {
    let facts = HandoverFacts {
        imprisonment: Imprisonment::Immigration,
        dates: SentenceDates::default(),
        ..determinate()
    };
    let recalled = answer(
        &HandoverFacts {
            recall: true,
            ..facts
        },
        TODAY,
    );
    assert_eq!(
        (recalled.ground, recalled.responsibility),
        (Ground::Recalled, Responsibility::Community)
    );

    let detained = answer(&facts, TODAY);
    assert_eq!(
        (detained.ground, detained.responsibility),
        (Ground::Immigration, Responsibility::Community)
    );

    let mut endless = indeterminate();
    endless.dates.tariff = None;
    let unknown = answer(&endless, TODAY);
    assert_eq!(
        (
            unknown.ground,
            unknown.responsibility,
            unknown.handover_date,
            unknown.start_date
        ),
        (
            Ground::ReleaseUnknown { indeterminate: true },
            Responsibility::CustodyOnly,
            None,
            None
        )
    );
}

#[test]
fn ten_months_exactly_is_short_and_a_day_more_is_not() {
    let rule = |release: &str| {
        date_rule(&DatedCase {
            early_allocation: false,
            assessed_on: None,
            indeterminate: false,
            open: None,
            sentence_start: Some(day("2024-01-01")),
            parole_eligible: true,
            release: day(release),
        })
    };

    let sentence_start = day("2024-01-01");
    assert_eq!(rule("2024-11-01"), DateRule::Short { sentence_start });
    assert_eq!(rule("2024-11-02"), DateRule::Parole);
}

#[test]
fn the_rules_of_dates_come_in_their_order() {
    let (open, begun) = (Some(OpenConditions::WomensCategory), day("2024-01-01"));
    let case = DatedCase {
        early_allocation: true,
        assessed_on: Some(begun),
        indeterminate: true,
        open,
        sentence_start: Some(begun),
        parole_eligible: true,
        release: day("2024-06-01"),
    };
    let sentence_start = Some(day("2020-01-01"));
    let later = DatedCase {
        early_allocation: false,
        ..case
    };

    for (case, rule, reason, handover) in [
        (
            case,
            DateRule::EarlyAllocation {
                assessed_on: Some(begun),
            },
            Reason::EarlyAllocation,
            Some("2023-03-01"),
        ),
        (
            later,
            DateRule::Indeterminate { open },
            Reason::IndeterminateOpen,
            Some("2023-06-01"),
        ),
        (
            DatedCase { open: None, ..later },
            DateRule::Indeterminate { open: None },
            Reason::Indeterminate,
            Some("2023-06-01"),
        ),
        (
            DatedCase {
                indeterminate: false,
                ..later
            },
            DateRule::Short {
                sentence_start: begun,
            },
            Reason::DeterminateShort,
            None,
        ),
        (
            DatedCase {
                indeterminate: false,
                sentence_start,
                ..later
            },
            DateRule::Parole,
            Reason::DeterminateParole,
            Some("2023-06-01"),
        ),
        (
            DatedCase {
                indeterminate: false,
                parole_eligible: false,
                sentence_start: None,
                ..later
            },
            DateRule::Determinate,
            Reason::Determinate,
            Some("2023-09-17"),
        ),
    ] {
        assert_eq!(date_rule(&case), rule);
        assert_eq!(rule.reason(), reason);
        assert_eq!(rule.handover_date(case.release), handover.map(day), "{rule:?}");
    }
}

#[test]
fn months_are_taken_off_before_days() {
    let handover = DateRule::Determinate.handover_date(day("2024-10-31"));
    assert_eq!(handover, Some(day("2024-02-15")));
    assert_eq!(
        DateRule::Parole.handover_date(day("2024-02-29")),
        Some(day("2023-02-28"))
    );
}

#[test]
fn open_conditions_bring_the_start_forward_for_indeterminate_prisoners_only() {
    let handover = Some(day("2025-06-02"));
    let earlier = Some(day("2025-06-01"));
    let later = Some(day("2025-06-03"));

    assert_eq!(start_date(true, earlier, handover), earlier);
    assert_eq!(start_date(true, later, handover), handover);
    assert_eq!(start_date(true, None, handover), handover);
    assert_eq!(start_date(false, earlier, handover), handover);
    assert_eq!(start_date(true, earlier, None), earlier);
    assert_eq!(start_date(false, earlier, None), None);
}

#[test]
fn responsibility_changes_on_the_days_themselves() {
    let (start, handover) = (Some(day("2025-06-01")), Some(day("2025-07-01")));
    for (today, who) in [
        ("2025-05-31", Responsibility::CustodyOnly),
        ("2025-06-01", Responsibility::CustodyWithCom),
        ("2025-06-30", Responsibility::CustodyWithCom),
        ("2025-07-01", Responsibility::Community),
    ] {
        assert_eq!(responsibility_on(day(today), start, handover), who, "{today}");
    }
    assert_eq!(
        responsibility_on(day("2025-05-31"), start, None),
        Responsibility::Community
    );
    assert_eq!(
        responsibility_on(day("2025-06-30"), None, handover),
        Responsibility::CustodyWithCom
    );
    assert_eq!(
        responsibility_on(day("2025-07-02"), Some(day("2025-07-03")), handover),
        Responsibility::CustodyOnly
    );
}

#[test]
fn on_a_summer_night_the_present_service_hands_over_an_hour_late() {
    let mut facts = determinate();
    facts.dates.conditional_release = Some(day("2025-03-15"));
    let who = |moment, rules| calculate(&facts, at(moment), rules).unwrap().responsibility;

    let (reference, corrected) = (RulesVersion::REFERENCE, RulesVersion::CORRECTED);
    assert_eq!(
        answer(&facts, "2024-07-01").handover_date,
        Some(day("2024-07-01"))
    );
    assert_eq!(
        who("2024-06-30T22:59:00Z", corrected),
        Responsibility::CustodyOnly
    );
    assert_eq!(who("2024-06-30T23:30:00Z", corrected), Responsibility::Community);
    assert_eq!(
        who("2024-06-30T23:30:00Z", reference),
        Responsibility::CustodyOnly
    );
    assert_eq!(who("2024-07-01T00:00:00Z", reference), Responsibility::Community);
}
