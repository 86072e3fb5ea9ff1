//! `early-allocation`: what the answers of assessments come to, how a case stands by them, and what the pages accept.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    early_allocation::{
        Answers, AssessedCase, Assessment, Justification, Outcome, Question, ReferralDates,
        accept_oasys_date, after_saving, changed_eligibility, creation_refusals, decision_refusals,
    },
    handover::{RulesVersion, target_hearing},
};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use crate::{
    given::{GivenDates, GivenReview, assessments},
    reading::list,
    rule::{BadCase, PolicyRule, Question as Asked, Reply},
};

/// Answers about early allocation.
pub(super) struct EarlyAllocation;

impl PolicyRule for EarlyAllocation {
    fn name(&self) -> &'static str {
        "early-allocation"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "ea_assessment",
            "ea_case",
            "ea_oasys_date",
            "ea_oasys_message",
            "ea_mandatory_form",
            "ea_discretionary_form",
            "ea_eligibility_change",
            "ea_saving",
        ]
    }

    fn answer(&self, asked: &Asked<'_>, reply: &mut Reply) -> Result<(), BadCase> {
        reply.say(&match asked.kind {
            "ea_assessment" => assessment(&asked.given()?, asked.given()?, asked.rules),
            "ea_case" => standing(&asked.given()?, asked)?,
            "ea_oasys_date" => oasys_date(&asked.given()?, asked)?,
            "ea_oasys_message" => oasys_message(&asked.given()?, asked)?,
            "ea_saving" => saving(&asked.given()?, asked.rules),
            "ea_mandatory_form" => form(asked.given::<Answers>()?.missing_mandatory()),
            "ea_discretionary_form" => form(asked.given::<Answers>()?.missing_discretionary()),
            _ => eligibility_change(&asked.given()?),
        })
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenForm {
    reason: Option<String>,
    approved: Option<bool>,
    community_decision: Option<bool>,
    created_within_referral_window: bool,
}

fn assessment(given: &GivenForm, answers: Answers, rules: RulesVersion) -> Value {
    let assessment = Assessment {
        created_at: DateTime::<Utc>::UNIX_EPOCH,
        created_within_window: given.created_within_referral_window,
        outcome: answers.outcome(rules),
        community_decision: given.community_decision,
    };
    let justification = Justification {
        reason: given.reason.as_deref(),
        approved: given.approved,
    };
    json!({
        "outcome": assessment.outcome,
        "awaitingCommunityDecision": assessment.awaits_decision(),
        "eligibleOrAccepted": assessment.is_eligible_or_accepted(rules),
        "ineligibleOrDeclined": assessment.is_ineligible_or_declined(rules),
        "createErrors": in_order(creation_refusals(assessment.outcome, justification)),
        "updateErrors": in_order(decision_refusals(&assessment, justification, rules)),
    })
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenCase<'a> {
    prisoner: GivenDates,
    #[serde(borrow, deserialize_with = "list")]
    parole_reviews: Vec<GivenReview<'a>>,
    /// Each is read twice.
    #[serde(deserialize_with = "list")]
    early_allocations: Vec<&'a RawValue>,
    probation: Option<GivenRecord>,
}

/// A probation record, of which it only counts that there is one.
#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
struct GivenRecord {}

fn standing<'a>(given: &GivenCase<'a>, asked: &Asked<'a>) -> Result<Value, BadCase> {
    let (at, rules) = (asked.moment()?, asked.rules);
    let dates = given.prisoner.effective();
    let reviews: Vec<_> = given.parole_reviews.iter().map(GivenReview::facts).collect();
    let assessments = assessments(asked, &given.early_allocations)?;
    let within_window =
        ReferralDates::of(&dates, target_hearing(&reviews, dates.sentence_start)).within_window(at.today());
    let assessed = AssessedCase {
        sentence_start: dates.sentence_start,
        licence_expiry: dates.licence_expiry,
        assessments: &assessments,
    };
    let state = assessed.state(within_window, at.today(), rules);
    Ok(json!({
        "withinWindow": within_window,
        "earlyAllocation": assessed.is_eligible(at.today(), rules),
        "state": state,
        "badge": state.map(domain::early_allocation::State::badge),
        "needsNotify": assessed.asks_for_assessment(within_window, given.probation.is_some(), rules),
        "assessmentsInCurrentSentence": assessed.current(rules).count(),
        "legacyTaskShown": assessed.has_decision_task(rules),
    }))
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenOasysDate {
    oasys_risk_assessment_date: Option<NaiveDate>,
}

fn oasys_date(given: &GivenOasysDate, asked: &Asked<'_>) -> Result<Value, BadCase> {
    let refusal = accept_oasys_date(given.oasys_risk_assessment_date, asked.moment()?.today()).err();
    Ok(json!({ "valid": refusal.is_none(), "errors": Vec::from_iter(refusal) }))
}

fn oasys_message(given: &GivenOasysDate, asked: &Asked<'_>) -> Result<Value, BadCase> {
    let refusal = accept_oasys_date(given.oasys_risk_assessment_date, asked.moment()?.today()).err();
    Ok(json!({ "message": refusal.map(|refusal| refusal.message(asked.rules)) }))
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenSaving {
    outcome: Outcome,
    within_window: bool,
}

fn saving(given: &GivenSaving, rules: RulesVersion) -> Value {
    let follows = after_saving(given.outcome, given.within_window, rules);
    json!({ "email": follows.email, "eligibilityFollowed": follows.eligibility })
}

fn form(missing: impl Iterator<Item = Question>) -> Value {
    let missing = in_order(missing);
    json!({ "valid": missing.is_empty(), "invalidFields": missing })
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenEligibility {
    stored_eligible: Option<bool>,
    currently_eligible: bool,
}

fn eligibility_change(given: &GivenEligibility) -> Value {
    let changed = changed_eligibility(given.stored_eligible, given.currently_eligible);
    json!({
        "statusEventPublished": changed.is_some(),
        "publishedEligible": changed,
        "recalculated": changed.is_some(),
        "audited": changed.is_some(),
    })
}

/// Codes in the order of the alphabet.
fn in_order(codes: impl Iterator<Item = impl ToString>) -> Vec<String> {
    let mut codes: Vec<_> = codes.map(|code| code.to_string()).collect();
    codes.sort_unstable();
    codes
}
