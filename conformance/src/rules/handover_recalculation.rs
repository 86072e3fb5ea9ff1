//! `handover-recalculation`: the changes of a new calculation, and who is notified.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use domain::{
    handover_list::Checklist,
    recalculation::{ComNeed, RecalculationFacts},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    given::Recorded,
    rule::{BadCase, PolicyRule, Question, Reply},
};

/// Answers what follows from a recalculation.
pub(super) struct HandoverRecalculation;

impl PolicyRule for HandoverRecalculation {
    fn name(&self) -> &'static str {
        "handover-recalculation"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["recalc"]
    }

    fn answer(&self, question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
        reply.say(&recalculated(question)?)
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct Given<'a> {
    before: Option<Recorded>,
    after: Recorded,
    #[serde(borrow)]
    probation: Option<GivenProbation<'a>>,
    checklist: Option<Checklist>,
    inside_omic_policy: bool,
    last_assign_com_email_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenProbation<'a> {
    #[serde(borrow)]
    com_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    ldu_email: Option<Cow<'a, str>>,
    #[serde(default = "in_use")]
    ldu_enabled: bool,
    #[serde(borrow)]
    crn: Option<Cow<'a, str>>,
}

const fn in_use() -> bool {
    true
}

impl GivenProbation<'_> {
    fn com_need(&self) -> ComNeed {
        ComNeed {
            ldu_reachable: self.ldu_enabled && is_present(self.ldu_email.as_deref()),
            has_com_name: is_present(self.com_name.as_deref()),
            has_crn: is_present(self.crn.as_deref()),
        }
    }
}

fn is_present(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

/// The answer to a case of the kind `recalc`.
pub(super) fn recalculated(question: &Question<'_>) -> Result<Value, BadCase> {
    let given: Given<'_> = question.given()?;
    let facts = RecalculationFacts {
        before: given.before.map(Into::into),
        after: given.inside_omic_policy.then(|| given.after.into()),
        probation: given.probation.as_ref().map(GivenProbation::com_need),
        checklist: given.checklist,
        last_asked_to_assign: given.last_assign_com_email_at,
    };
    let follows = facts.recalculate(question.moment()?, question.rules);
    Ok(json!({
        "recorded": follows.record.map(Recorded::from),
        "changeAudited": follows.changed,
        "handoverChangedEventPublished": follows.announced,
        "checklistTasksAfter": follows.checklist,
        "emails": Vec::from_iter(follows.request),
    }))
}
