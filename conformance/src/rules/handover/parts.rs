//! Each pure function of the calculation by itself.

use chrono::NaiveDate;
use domain::{
    handover::{
        DatedCase, OpenConditions, Reason, Responsibility, date_rule, opened, release_for_handover,
        responsibility_on, start_date,
    },
    prisoner::SentenceDates,
};
use serde::{Deserialize, Serialize};

use super::result::Dated;
use crate::rule::{BadCase, Question, Reply};

/// Answers what the question's function is asked for.
///
/// # Errors
/// When there is no such function, or its facts cannot be read.
pub(in super::super) fn answer(question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
    match question.function {
        Some("handover_date") => reply.say(&handover_date(&question.given()?)),
        Some("handover_start_date") => reply.say(&handover_start_date(&question.given()?)),
        Some("responsibility") => reply.say(&responsibility(&question.given()?)),
        Some("earliest_release") => {
            let today = question.moment()?.today();
            reply.say(&earliest_release(&question.given()?, today))
        }
        other => Err(BadCase::value("function of this rule", other.unwrap_or("absent"))),
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the shape of the facts")]
struct GivenRelease {
    sentence_start_date: Option<NaiveDate>,
    earliest_release_date: NaiveDate,
    determinate_parole: bool,
    early_allocation: bool,
    indeterminate: bool,
    in_open_conditions: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HandoverDate {
    handover_date: Option<NaiveDate>,
    reason: Reason,
}

fn handover_date(given: &GivenRelease) -> HandoverDate {
    let rule = date_rule(&DatedCase {
        early_allocation: given.early_allocation,
        assessed_on: None,
        indeterminate: given.indeterminate,
        // By what is not asked, and does not decide.
        open: given.in_open_conditions.then_some(OpenConditions::MensPrison),
        sentence_start: given.sentence_start_date,
        parole_eligible: given.determinate_parole,
        release: given.earliest_release_date,
    });
    HandoverDate {
        handover_date: rule.handover_date(given.earliest_release_date),
        reason: rule.reason(),
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenHandover {
    handover_date: Option<NaiveDate>,
    category_active_since: Option<NaiveDate>,
    prison_arrival_date: Option<NaiveDate>,
    indeterminate: bool,
    open_prison_rules_apply: bool,
    in_womens_prison: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HandoverStartDate {
    handover_start_date: Option<NaiveDate>,
}

fn handover_start_date(given: &GivenHandover) -> HandoverStartDate {
    let opened = opened(
        given.open_prison_rules_apply,
        given.in_womens_prison,
        given.category_active_since,
        given.prison_arrival_date,
    );
    HandoverStartDate {
        handover_start_date: start_date(given.indeterminate, opened, given.handover_date),
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenDates {
    handover_date: Option<NaiveDate>,
    handover_start_date: Option<NaiveDate>,
    today: NaiveDate,
}

#[derive(Serialize)]
struct Responsible {
    responsibility: Responsibility,
}

fn responsibility(given: &GivenDates) -> Responsible {
    Responsible {
        responsibility: responsibility_on(given.today, given.handover_start_date, given.handover_date),
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenSentence {
    indeterminate: bool,
    tariff_date: Option<NaiveDate>,
    target_hearing_date: Option<NaiveDate>,
    parole_eligibility_date: Option<NaiveDate>,
    conditional_release_date: Option<NaiveDate>,
    automatic_release_date: Option<NaiveDate>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EarliestRelease {
    earliest_release_for_handover: Option<Dated>,
}

fn earliest_release(given: &GivenSentence, today: NaiveDate) -> EarliestRelease {
    let dates = SentenceDates {
        tariff: given.tariff_date,
        parole_eligibility: given.parole_eligibility_date,
        conditional_release: given.conditional_release_date,
        automatic_release: given.automatic_release_date,
        ..SentenceDates::default()
    };
    EarliestRelease {
        earliest_release_for_handover: release_for_handover(
            given.indeterminate,
            &dates,
            given.target_hearing_date,
            today,
        )
        .map(Dated::from),
    }
}
