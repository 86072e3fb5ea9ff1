//! `handover-lists`: on which lists a case stands, what is to be done for it, and who is written to.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    handover::{ComContact, Departure, Reason, ReleaseFacts, RulesVersion},
    handover_list::{
        Checklist, HandoverRecord, ListedCase, ListedProbation, PipelineFacts, Reminder, ReminderFacts,
        SentReminder,
    },
    prisoner::SentenceDates,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    given::Recorded,
    reading::list,
    rule::{BadCase, PolicyRule, Question, Reply},
};

/// Answers about lists, tasks and messages of handovers.
pub(super) struct HandoverLists;

impl PolicyRule for HandoverLists {
    fn name(&self) -> &'static str {
        "handover-lists"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["lists", "reminder_email", "ldu_emails"]
    }

    fn rules(&self, question: &Question<'_>) -> Result<RulesVersion, BadCase> {
        if question.kind != "lists" {
            return Ok(question.rules);
        }
        let given: GivenService = question.given()?;
        Ok(match given.simplified_enhanced_handover {
            Some(false) if question.rules != RulesVersion::CORRECTED => {
                question.rules.without(Departure::SimplifiedEnhancedHandover)
            }
            _ => question.rules,
        })
    }

    fn answer(&self, question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
        reply.say(&match question.kind {
            "lists" => lists(&question.given()?, question)?,
            "reminder_email" => reminder(&question.given()?, question),
            _ => ldu_emails(&question.given()?, question)?,
        })
    }
}

/// Whether the present service had made enhanced handovers simpler when it was asked. It has, where the case does not say.
#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenService {
    simplified_enhanced_handover: Option<bool>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenCase<'a> {
    handover: Option<Recorded>,
    #[serde(borrow)]
    probation: Option<GivenProbation<'a>>,
    checklist: Option<Checklist>,
    earliest_release_date: Option<NaiveDate>,
    /// Where the case does not say, its reason may tell.
    indeterminate_sentence: Option<bool>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenProbation<'a> {
    #[serde(borrow)]
    com_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    com_email: Option<Cow<'a, str>>,
    enhanced_resourcing: Option<bool>,
}

impl GivenProbation<'_> {
    fn facts(&self) -> ListedProbation<'_> {
        ListedProbation {
            com: ComContact {
                name: self.com_name.as_deref(),
                email: self.com_email.as_deref(),
            },
            enhanced_resourcing: self.enhanced_resourcing,
        }
    }
}

fn lists(given: &GivenCase<'_>, question: &Question<'_>) -> Result<Value, BadCase> {
    let (at, rules) = (question.moment()?, question.rules);
    let today = at.today();
    let record: Option<HandoverRecord> = given.handover.map(Into::into);
    // The case names only the earliest of its dates, and not whether it is of a release on parole.
    let dates = SentenceDates {
        conditional_release: given.earliest_release_date,
        ..SentenceDates::default()
    };
    let indeterminate = given
        .indeterminate_sentence
        .unwrap_or_else(|| record.is_some_and(|record| tells_of_indeterminate_sentence(record.reason)));
    let release = ReleaseFacts {
        dates: &dates,
        indeterminate,
        recalled: false,
    };
    let case = ListedCase {
        record,
        released: release.counts_as_released(at, rules),
        probation: given.probation.as_ref().map(GivenProbation::facts),
        checklist: given.checklist,
    };
    let progress = case.progress(rules);
    Ok(json!({
        "excludedAsReleased": case.released,
        "upcoming": case.is_upcoming(today),
        "inProgress": case.is_in_progress(today, rules),
        "overdueTasks": case.has_overdue_tasks(rules),
        "comAllocationOverdue": case.is_com_overdue(today, rules),
        "inHandoverWindow": case.is_in_window(today, rules),
        "daysOverdue": case.days_overdue(today, rules),
        "handoverType": case.handover_type(),
        "checklistTasks": progress.tasks,
        "tasksComplete": progress.done,
        "tasksTotal": progress.tasks.len(),
        "checklistComplete": progress.complete,
    }))
}

/// A guess: only indeterminate sentences have these reasons, but not every one of them has such a reason.
const fn tells_of_indeterminate_sentence(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::AdditionalIsp
            | Reason::RecallThdOver12Months
            | Reason::ParoleMappa23
            | Reason::ThdOver12Months
            | Reason::Indeterminate
            | Reason::IndeterminateOpen
    )
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenReminder {
    for_date: NaiveDate,
    handover: Option<Recorded>,
    has_com: bool,
    release_date_known: bool,
    #[serde(deserialize_with = "list")]
    opt_outs: Vec<Reminder>,
    #[serde(deserialize_with = "list")]
    already_sent: Vec<Reminder>,
    /// The handover that those sent were about.
    sent_about: Option<NaiveDate>,
}

fn reminder(given: &GivenReminder, question: &Question<'_>) -> Value {
    let sent: Vec<_> = given
        .already_sent
        .iter()
        .map(|&reminder| SentReminder {
            reminder,
            handover_date: given.sent_about,
        })
        .collect();
    let due = ReminderFacts {
        handover_date: given.handover.and_then(|record| record.handover_date()),
        has_com: given.has_com,
        release_date_known: given.release_date_known,
        opted_out: &given.opt_outs,
        sent: &sent,
    }
    .due(given.for_date, question.rules);
    let lost = due.err().map(|lost| lost.0);
    json!({ "emails": Vec::from_iter(due.ok().flatten()), "errors": Vec::from_iter(lost) })
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenPipeline<'a> {
    prison_active: bool,
    sentenced: bool,
    handover_start_date: Option<NaiveDate>,
    last_calculated_at: Option<DateTime<Utc>>,
    #[serde(borrow)]
    com_name: Option<Cow<'a, str>>,
    chased_about: Option<NaiveDate>,
}

fn ldu_emails(given: &GivenPipeline<'_>, question: &Question<'_>) -> Result<Value, BadCase> {
    let today = question.moment()?.today();
    let facts = PipelineFacts {
        prison_active: given.prison_active,
        sentenced: given.sentenced,
        start_date: given.handover_start_date,
        last_calculated_at: given.last_calculated_at,
        has_com_name: given.com_name.is_some(),
        chased_about: given.chased_about,
    };
    Ok(json!({
        "inMonthlyCsv": facts.is_in_monthly_list(today, question.rules),
        "followUpToday": facts.is_chased(today, question.rules),
    }))
}
