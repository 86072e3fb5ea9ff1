//! Early allocation: which answers make which outcome, which assessment counts, and what follows from it.

mod assessment;
mod properties;
mod saving;
mod standing;

use chrono::NaiveDate;
use domain::{
    early_allocation::{Answers, AssessedCase, Assessment, Outcome, Question},
    handover::RulesVersion,
};
use serde_json::{Map, Value};

pub(super) const REFERENCE: RulesVersion = RulesVersion::REFERENCE;
pub(super) const TODAY: &str = "2024-05-20";

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn today() -> NaiveDate {
    day(TODAY)
}

/// Every question answered: yes to these, no to the others.
pub(super) fn yes_to(yes: &[Question]) -> Answers {
    let answers: Map<_, _> = Question::ALL
        .iter()
        .map(|question| (question.code().to_owned(), Value::Bool(yes.contains(question))))
        .collect();
    serde_json::from_value(Value::Object(answers)).unwrap()
}

pub(super) fn eligible() -> Answers {
    yes_to(&[Question::CppcCase])
}

pub(super) fn discretionary() -> Answers {
    yes_to(&[Question::OtherReason])
}

pub(super) fn ineligible() -> Answers {
    yes_to(&[])
}

pub(super) fn made(at: &str, within_window: bool, answers: Answers) -> Assessment {
    Assessment {
        created_at: at.parse().unwrap(),
        created_within_window: within_window,
        outcome: Outcome::of_saved(None, &answers),
        community_decision: None,
    }
}

pub(super) fn decided(assessment: Assessment, decision: bool) -> Assessment {
    Assessment {
        community_decision: Some(decision),
        ..assessment
    }
}

pub(super) fn case(assessments: &[Assessment]) -> AssessedCase<'_> {
    AssessedCase {
        sentence_start: Some(day("2019-02-05")),
        licence_expiry: None,
        assessments,
    }
}

pub(super) const MAY: &str = "2024-05-01T10:00:00Z";
pub(super) const APRIL: &str = "2024-04-01T10:00:00Z";
