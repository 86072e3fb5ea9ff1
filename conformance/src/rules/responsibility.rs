//! `responsibility`: who is responsible in the end, and the forms by which that is changed by hand.

use std::collections::BTreeMap;

use domain::handover::{
    Effective, OverrideValue, PomOfCase, Reason, Responsibility, ResponsibilityOverrideForm,
    ResponsibilityOverrideRefusal, RulesVersion, accept_removal, shown_reason,
};
use serde::{Deserialize, Serialize};

use crate::{
    rule::{BadCase, PolicyRule, Question, Reply},
    rules::handover::RoleFlags,
    text::Text,
};

/// Tells who is responsible.
pub(super) struct WhoIsResponsible;

impl PolicyRule for WhoIsResponsible {
    fn name(&self) -> &'static str {
        "responsibility"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "responsibility",
            "shown_reason",
            "override_form",
            "override_removal_form",
        ]
    }

    fn answer(&self, question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
        match question.kind {
            "override_form" => reply.say(&checked(&question.given()?)),
            "override_removal_form" => reply.say(&checked_removal(&question.given()?)),
            "shown_reason" => reply.say(&reason(&question.given()?, &question.given()?, question.rules)),
            _ => reply.say(&responsible(&question.given()?)),
        }
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
struct Given {
    r#override: Option<OverrideValue>,
    persisted: Option<Responsibility>,
    live: Responsibility,
}

impl Given {
    fn effective(&self) -> Effective {
        Effective::of(self.r#override, self.persisted, || self.live)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Responsible {
    #[serde(flatten)]
    roles: RoleFlags,
    overridden: bool,
    case_owner: &'static str,
    primary_pom_label: Option<&'static str>,
    coworking_pom_label: Option<&'static str>,
    unrelated_pom_label: Option<&'static str>,
}

fn responsible(given: &Given) -> Responsible {
    let effective = given.effective();
    Responsible {
        roles: effective.roles().into(),
        overridden: effective.is_overridden(),
        case_owner: effective.case_owner(),
        primary_pom_label: effective.pom_label(PomOfCase::Primary),
        coworking_pom_label: effective.pom_label(PomOfCase::Coworking),
        unrelated_pom_label: effective.pom_label(PomOfCase::Unrelated),
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenReason {
    fresh_reason: Reason,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownReason {
    reason: Reason,
    reason_label: &'static str,
}

fn reason(given: &Given, fresh: &GivenReason, rules: RulesVersion) -> ShownReason {
    let reason = shown_reason(given.effective(), fresh.fresh_reason, rules);
    ShownReason {
        reason,
        reason_label: reason.label(),
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenForm<'a> {
    #[serde(borrow)]
    value: Option<Text<'a>>,
    reason: Option<Text<'a>>,
    reason_text: Option<Text<'a>>,
}

#[derive(Serialize)]
struct Checked {
    valid: bool,
    errors: BTreeMap<&'static str, Vec<String>>,
}

fn checked(given: &GivenForm<'_>) -> Checked {
    let form = ResponsibilityOverrideForm {
        value: given.value.as_deref().and_then(|value| value.parse().ok()),
        reason: given.reason.as_deref().and_then(|reason| reason.parse().ok()),
        reason_text: given.reason_text.as_deref(),
    };
    let mut errors: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for refusal in form.refusals() {
        let field = match refusal {
            ResponsibilityOverrideRefusal::Value => "value",
            ResponsibilityOverrideRefusal::Reason => "reason",
            ResponsibilityOverrideRefusal::ReasonText => "reason_text",
        };
        errors.entry(field).or_default().push(refusal.to_string());
    }
    Checked {
        valid: errors.is_empty(),
        errors,
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenRemoval<'a> {
    #[serde(borrow)]
    reason_text: Option<Text<'a>>,
}

#[derive(Serialize)]
struct CheckedRemoval {
    valid: bool,
}

fn checked_removal(given: &GivenRemoval<'_>) -> CheckedRemoval {
    CheckedRemoval {
        valid: accept_removal(given.reason_text.as_deref()).is_ok(),
    }
}
