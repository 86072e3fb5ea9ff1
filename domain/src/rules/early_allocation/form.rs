//! What an assessment's pages accept. Handover rules 8.1 and 8.4.

use chrono::NaiveDate;

use super::{
    answers::{Answers, Outcome, Question},
    assessment::Assessment,
};
use crate::{
    calendar::months_before,
    coded::coded,
    handover::{Departure, RulesVersion},
};

/// How many months an OASys assessment stays recent.
const OASYS_MONTHS: u32 = 3;

/// Nobody in the community could be told of the assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an assessment cannot be started: no e-mail address is known for the local delivery unit; \
     have it entered in the register of units"
)]
pub struct CannotStart;

/// Whether an assessment can be started now; a blank address is not known. Handover rules 8.1.
///
/// # Errors
/// When the delivery unit cannot be told.
pub fn can_start(ldu_email: Option<&str>) -> Result<(), CannotStart> {
    match ldu_email {
        Some(address) if !address.trim().is_empty() => Ok(()),
        _ => Err(CannotStart),
    }
}

coded! {
    /// Why a date of the last OASys assessment was not accepted.
    OasysDateRefusal {
        /// None was entered.
        Blank = "blank",
        /// Three months ago, or longer.
        TooOld = "date_after",
        /// Today or later.
        NotPast = "date_before",
    }
}

impl OasysDateRefusal {
    /// What the POM reads.
    #[must_use]
    pub const fn message(self, rules: RulesVersion) -> &'static str {
        match self {
            Self::Blank => "Enter the date of the last OASys risk assessment",
            Self::TooOld => "This date must be in the last 3 months",
            Self::NotPast if rules.has(Departure::OasysMessageSaysToday) => "This date must be before today",
            Self::NotPast => "This must not be a date in the future",
        }
    }
}

/// The date of the last OASys assessment: after the same day three months ago, and before today.
///
/// # Errors
/// Why the date is not accepted.
pub fn accept_oasys_date(
    entered: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<NaiveDate, OasysDateRefusal> {
    match entered {
        None => Err(OasysDateRefusal::Blank),
        Some(date) if date >= today => Err(OasysDateRefusal::NotPast),
        Some(date) if date <= months_before(today, OASYS_MONTHS) => Err(OasysDateRefusal::TooOld),
        Some(date) => Ok(date),
    }
}

impl Answers {
    /// The questions of the first page without an answer, in their order.
    pub fn missing_mandatory(&self) -> impl Iterator<Item = Question> {
        unanswered(self.mandatory())
    }

    /// The questions of the second page without an answer, in their order.
    pub fn missing_discretionary(&self) -> impl Iterator<Item = Question> {
        let release = (
            Question::DueForReleaseInLessThan24Months,
            self.due_for_release_in_less_than24_months,
        );
        let asked_for_release = self.extremism_separation == Some(true);
        unanswered(self.discretionary()).chain(unanswered([release]).filter(move |_| asked_for_release))
    }
}

fn unanswered<const N: usize>(answers: [(Question, Option<bool>); N]) -> impl Iterator<Item = Question> {
    answers
        .into_iter()
        .filter_map(|(question, answer)| answer.is_none().then_some(question))
}

coded! {
    /// What an assessment lacks to be saved.
    SavingRefusal {
        /// The Head of Offender Management Delivery has not approved it.
        NotApproved = "approved",
        /// No decision is given.
        NoDecision = "community_decision",
        /// The community was not asked.
        NothingToDecide = "nothing_to_decide",
        /// No reason is given.
        NoReason = "reason",
    }
}

/// What a discretionary assessment needs beside its answers, as the POM enters it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Justification<'a> {
    /// Why, in the POM's words.
    pub reason: Option<&'a str>,
    /// The Head of Offender Management Delivery approves; ticked or not.
    pub approved: Option<bool>,
}

/// What an assessment of this outcome lacks to be saved the first time.
pub fn creation_refusals(
    outcome: Outcome,
    justification: Justification<'_>,
) -> impl Iterator<Item = SavingRefusal> {
    let needed = outcome == Outcome::Discretionary;
    let approved = justification.approved == Some(true);
    let reasoned = justification
        .reason
        .is_some_and(|reason| !reason.trim().is_empty());
    [
        (needed && !approved).then_some(SavingRefusal::NotApproved),
        (needed && !reasoned).then_some(SavingRefusal::NoReason),
    ]
    .into_iter()
    .flatten()
}

/// What an assessment lacks for the community's decision to be recorded on it; `assessment` carries the decision.
pub fn decision_refusals(
    assessment: &Assessment,
    justification: Justification<'_>,
    rules: RulesVersion,
) -> impl Iterator<Item = SavingRefusal> {
    let guarded = rules.has(Departure::OnlyDiscretionaryAssessmentsAreDecided);
    let own = [
        assessment
            .community_decision
            .is_none()
            .then_some(SavingRefusal::NoDecision),
        (guarded && !assessment.asks_community()).then_some(SavingRefusal::NothingToDecide),
    ];
    creation_refusals(assessment.outcome, justification).chain(own.into_iter().flatten())
}
