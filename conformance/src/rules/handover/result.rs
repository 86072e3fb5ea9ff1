//! The answer of the calculation as it is written.

use chrono::NaiveDate;
use domain::{
    Moment,
    early_allocation::State,
    handover::{
        Handover, HandoverFacts, HandoverRelease, Part, Reason, Responsibility, RulesVersion, Situation,
    },
    parole::{ParoleDateKind, ParoleDates},
    prisoner::EarliestRelease,
};
use serde::Serialize;

/// A case inside the policy.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answered {
    error: Option<&'static str>,
    responsibility: Responsibility,
    reason: Reason,
    reason_label: &'static str,
    handover_date: Option<NaiveDate>,
    handover_start_date: Option<NaiveDate>,
    #[serde(flatten)]
    roles: RoleFlags,
    derived: Derived,
}

/// A case outside the policy.
#[derive(Serialize)]
pub(super) struct Refused {
    error: &'static str,
    derived: Derived,
}

/// The part of each manager, one question at a time.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the shape of the answer")]
pub(in super::super) struct RoleFlags {
    pom_responsible: bool,
    pom_supporting: bool,
    com_responsible: bool,
    com_supporting: bool,
}

/// A date and which one it is.
#[derive(Serialize)]
pub(in super::super) struct Dated {
    r#type: &'static str,
    date: NaiveDate,
}

/// What follows from the facts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the shape of the answer")]
pub(super) struct Derived {
    inside_omic_policy: bool,
    sentenced: bool,
    age: Option<u32>,
    earliest_release: Option<Dated>,
    released_for_lists: bool,
    earliest_release_for_handover: Option<Dated>,
    target_hearing_date: Option<NaiveDate>,
    thd12_or_more_months_away: bool,
    parole_outcome_not_release: bool,
    early_allocation: bool,
    within_early_allocation_window: bool,
    early_allocation_state: Option<State>,
    additional_isp: Option<bool>,
    in_womens_prison: bool,
    in_open_conditions: bool,
    prison_arrival_date: Option<NaiveDate>,
    open_prison_rules_apply: bool,
    next_parole_date: Option<NaiveDate>,
    next_parole_date_type: Option<ParoleDateKind>,
}

impl Answered {
    /// The answer and what it rests on.
    pub(super) fn new(handover: &Handover, derived: Derived) -> Self {
        let reason = handover.reason();
        Self {
            error: None,
            responsibility: handover.responsibility,
            reason,
            reason_label: reason.label(),
            handover_date: handover.handover_date,
            handover_start_date: handover.start_date,
            roles: handover.responsibility.roles().into(),
            derived,
        }
    }
}

impl Refused {
    /// Nothing but what follows from the facts.
    pub(super) const fn new(derived: Derived) -> Self {
        Self {
            error: "outside_omic_policy",
            derived,
        }
    }
}

impl From<domain::handover::Roles> for RoleFlags {
    fn from(roles: domain::handover::Roles) -> Self {
        Self {
            pom_responsible: roles.pom == Part::Responsible,
            pom_supporting: roles.pom == Part::Supporting,
            com_responsible: roles.com == Some(Part::Responsible),
            com_supporting: roles.com == Some(Part::Supporting),
        }
    }
}

impl From<HandoverRelease> for Dated {
    fn from(release: HandoverRelease) -> Self {
        Self {
            r#type: release.kind.code(),
            date: release.date,
        }
    }
}

impl From<EarliestRelease> for Dated {
    fn from(release: EarliestRelease) -> Self {
        Self {
            r#type: release.kind.code(),
            date: release.date,
        }
    }
}

impl Derived {
    /// What follows from the facts, in the words of the answer.
    pub(super) fn of(
        situation: &Situation,
        facts: &HandoverFacts<'_>,
        at: Moment,
        rules: RulesVersion,
    ) -> Self {
        let parole = ParoleDates {
            tariff: facts.dates.tariff,
            parole_eligibility: facts.dates.parole_eligibility,
            target_hearing: situation.hearing,
        }
        .next(at, rules);
        Self {
            inside_omic_policy: situation.inside_policy().is_ok(),
            sentenced: situation.sentenced,
            age: situation.age,
            earliest_release: situation.shown_release.map(Dated::from),
            released_for_lists: situation.released,
            earliest_release_for_handover: situation.release.map(Dated::from),
            target_hearing_date: situation.hearing,
            thd12_or_more_months_away: situation.far_hearing.is_some(),
            parole_outcome_not_release: situation.refused.is_some(),
            early_allocation: situation.early_allocation == Some(State::Eligible),
            within_early_allocation_window: situation.within_referral_window,
            early_allocation_state: situation.early_allocation,
            additional_isp: situation.indeterminate.then_some(situation.additional.is_some()),
            in_womens_prison: situation.conditions.womens_prison,
            in_open_conditions: situation.conditions.open.is_some(),
            prison_arrival_date: situation.conditions.arrived,
            open_prison_rules_apply: situation.conditions.open_rules,
            next_parole_date: parole.map(|next| next.date),
            next_parole_date_type: parole.map(|next| next.kind),
        }
    }
}
