//! Given, when, then.

use cqrs_es::test::TestFramework;

use super::{
    Case, CaseCommand, CaseEvent, CaseInformation, CaseRefusal, InformationSource,
    complexity_lapses_on_legal_status, complexity_lapses_on_release,
};
use crate::{Complexity, LegalStatus, RoshLevel, Tier, policy::PolicyVersion};

const TIER_A: CaseInformation = CaseInformation {
    tier: Some(Tier::A),
    rosh: None,
    enhanced_resourcing: None,
    mappa_level: None,
};

fn recorded(information: CaseInformation) -> CaseEvent {
    CaseEvent::CaseInformationRecorded {
        information,
        source: InformationSource::Delius,
    }
}

fn record(information: CaseInformation) -> CaseCommand {
    CaseCommand::Record {
        information,
        source: InformationSource::Delius,
    }
}

fn given(events: Vec<CaseEvent>) -> cqrs_es::test::AggregateTestExecutor<Case> {
    TestFramework::<Case>::with(()).given(events)
}

fn after(events: &[CaseEvent]) -> Case {
    let mut case = Case::default();
    for event in events {
        case.apply(event);
    }
    case
}

#[test]
fn new_information_is_recorded_once() {
    given(vec![])
        .when(record(TIER_A))
        .then_expect_events(vec![recorded(TIER_A)]);
    given(vec![recorded(TIER_A)])
        .when(record(TIER_A))
        .then_expect_events(vec![]);
    given(vec![recorded(TIER_A)])
        .when(record(CaseInformation::default()))
        .then_expect_events(vec![]);
}

#[test]
fn an_absent_piece_keeps_what_is_known() {
    let risk = CaseInformation {
        rosh: Some(RoshLevel::Low),
        ..CaseInformation::default()
    };
    let case = after(&[recorded(TIER_A), recorded(risk)]);

    assert_eq!(
        (case.information.tier, case.information.rosh),
        (Some(Tier::A), Some(RoshLevel::Low))
    );
}

#[test]
fn mappa_levels_end_at_three() {
    for level in 0..=3 {
        let information = CaseInformation {
            mappa_level: Some(level),
            ..TIER_A
        };
        given(vec![])
            .when(record(information))
            .then_expect_events(vec![recorded(information)]);
    }
    given(vec![])
        .when(record(CaseInformation {
            mappa_level: Some(4),
            ..TIER_A
        }))
        .then_expect_error(CaseRefusal::NoSuchMappaLevel);
}

#[test]
fn complexity_is_recorded_when_it_changes() {
    let assess = |level| CaseCommand::AssessComplexity { level };
    let assessed = |level| CaseEvent::ComplexityAssessed { level };

    given(vec![])
        .when(assess(Complexity::High))
        .then_expect_events(vec![assessed(Complexity::High)]);
    given(vec![assessed(Complexity::High)])
        .when(assess(Complexity::High))
        .then_expect_events(vec![]);
    given(vec![assessed(Complexity::High)])
        .when(assess(Complexity::Low))
        .then_expect_events(vec![assessed(Complexity::Low)]);
}

#[test]
fn a_stay_that_ends_is_forgotten_once() {
    given(vec![recorded(TIER_A)])
        .when(CaseCommand::Close)
        .then_expect_events(vec![CaseEvent::CaseInformationClosed]);
    given(vec![recorded(TIER_A), CaseEvent::CaseInformationClosed])
        .when(CaseCommand::Close)
        .then_expect_events(vec![]);
    assert_eq!(
        after(&[recorded(TIER_A), CaseEvent::CaseInformationClosed]),
        Case::default()
    );
}

#[test]
fn a_case_is_complete_when_policy_and_estate_have_what_they_ask_for() {
    let tier = after(&[recorded(TIER_A)]);
    let risk = after(&[recorded(CaseInformation {
        rosh: Some(RoshLevel::Low),
        ..TIER_A
    })]);
    let all = Case {
        complexity: Some(Complexity::Low),
        ..risk
    };

    for (case, tier_based, rosh_based, rosh_based_women) in [
        (Case::default(), false, false, false),
        (tier, true, false, false),
        (risk, true, true, false),
        (all, true, true, true),
    ] {
        assert_eq!(case.is_complete(PolicyVersion::TierBased, false), tier_based);
        assert_eq!(case.is_complete(PolicyVersion::RoshBased, false), rosh_based);
        assert_eq!(case.is_complete(PolicyVersion::RoshBased, true), rosh_based_women);
    }
}

#[test]
fn complexity_lapses_when_someone_leaves_the_womens_estate() {
    assert!(complexity_lapses_on_release("BZI"));
    for agency in ["LEI", "IMM", "HOS1", "OUT", ""] {
        assert!(!complexity_lapses_on_release(agency), "{agency}");
    }
}

#[test]
fn complexity_lapses_with_the_legal_status_unless_something_else_keeps_them_in_remit() {
    let bronzefield = "BZI".parse().unwrap();
    let lapses = |status, sentenced, immigration| {
        complexity_lapses_on_legal_status(status, bronzefield, sentenced, immigration)
    };

    assert!(lapses(LegalStatus::Remand, false, false));
    assert!(!lapses(LegalStatus::Remand, true, false));
    assert!(!lapses(LegalStatus::Remand, false, true));
    assert!(!lapses(LegalStatus::ImmigrationDetainee, false, true));
    assert!(!lapses(LegalStatus::Unknown, false, false));
    let leeds = "LEI".parse().unwrap();
    assert!(!complexity_lapses_on_legal_status(
        LegalStatus::Remand,
        leeds,
        false,
        false
    ));
}
