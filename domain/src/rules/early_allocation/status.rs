//! How a case stands by all its assessments. Handover rules 8.5, and 11.5 for the POM's task.

use chrono::NaiveDate;

use super::{
    answers::Outcome,
    assessment::{Assessment, Verdict},
};
use crate::{
    coded::coded,
    handover::{Departure, RulesVersion},
};

/// What a case's standing depends on beside the referral window. Dates come from prisoner-search, assessments from POMs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AssessedCase<'a> {
    /// Start of the sentence; without one no assessment belongs to it.
    pub sentence_start: Option<NaiveDate>,
    /// Licence expiry.
    pub licence_expiry: Option<NaiveDate>,
    /// Every assessment of the prisoner, in any order.
    pub assessments: &'a [Assessment],
}

coded! {
    /// How a case stands.
    State {
        /// Responsibility passes early.
        Eligible = "eligible",
        /// The community has yet to decide.
        DecisionPending = "decision_pending",
        /// Assessed too early to count, and the time has come.
        CallToAction = "call_to_action",
        /// Assessed, without effect.
        AssessmentSaved = "assessment_saved",
    }
}

impl State {
    /// What the case's page says.
    #[must_use]
    pub const fn status(state: Option<Self>) -> &'static str {
        match state {
            Some(Self::Eligible) => "Eligible - case handover date has been updated",
            Some(Self::DecisionPending) => {
                "Discretionary - the community probation team will make a decision"
            }
            Some(Self::AssessmentSaved) => "Has saved assessments",
            Some(Self::CallToAction) => "New assessment required",
            None => "Not assessed",
        }
    }

    /// What the link beside it says.
    #[must_use]
    pub const fn action(state: Option<Self>) -> &'static str {
        match state {
            Some(Self::Eligible) => "View assessment",
            Some(Self::DecisionPending) => "Record community decision",
            Some(Self::AssessmentSaved | Self::CallToAction) => "Check and reassess",
            None => "Start assessment",
        }
    }

    /// The badge in lists.
    #[must_use]
    pub const fn badge(self) -> &'static str {
        match self {
            Self::Eligible => "eligible",
            Self::DecisionPending => "decision pending",
            Self::AssessmentSaved | Self::CallToAction => "assessment saved",
        }
    }
}

impl<'a> AssessedCase<'a> {
    /// The assessments of this sentence, in no order.
    pub fn current(&self, rules: RulesVersion) -> impl Iterator<Item = &'a Assessment> + use<'a> {
        let start = self.sentence_start;
        self.assessments
            .iter()
            .filter(move |assessment| start.is_some_and(|start| assessment.created_on(rules) >= start))
    }

    /// The last made of them.
    #[must_use]
    pub fn latest(&self, rules: RulesVersion) -> Option<&'a Assessment> {
        self.current(rules).max()
    }

    /// The early-allocation flag: the latest assessment alone decides, if it was made within the window and the licence
    /// has not run out.
    #[must_use]
    pub fn is_eligible(&self, today: NaiveDate, rules: RulesVersion) -> bool {
        self.licence_expiry.is_none_or(|expiry| expiry >= today)
            && self
                .latest(rules)
                .is_some_and(|latest| latest.created_within_window && latest.is_eligible_or_accepted(rules))
    }

    /// How the case stands, first match; none is "not assessed".
    #[must_use]
    pub fn state(&self, within_window: bool, today: NaiveDate, rules: RulesVersion) -> Option<State> {
        let latest = self.latest(rules)?;
        if self.is_eligible(today, rules) {
            Some(State::Eligible)
        } else if latest.awaits_decision() {
            Some(State::DecisionPending)
        } else if within_window && self.was_assessed_too_early(rules) {
            Some(State::CallToAction)
        } else if !(latest.created_within_window && latest.is_eligible_or_accepted(rules)) {
            Some(State::AssessmentSaved)
        } else {
            None
        }
    }

    /// Whether the case's page asks for a new assessment: the time has come, and all that was assessed in this sentence
    /// was assessed before it.
    #[must_use]
    pub fn asks_for_assessment(
        &self,
        within_window: bool,
        has_probation_record: bool,
        rules: RulesVersion,
    ) -> bool {
        has_probation_record
            && within_window
            && self.was_assessed_too_early(rules)
            && !self
                .current(rules)
                .any(|assessment| assessment.created_within_window)
    }

    /// Whether the POM has the task "Early allocation decision".
    #[must_use]
    pub fn has_decision_task(&self, rules: RulesVersion) -> bool {
        let only_while_awaiting = rules.has(Departure::TaskWhileDecisionAwaited);
        self.latest(rules)
            .is_some_and(|latest| !only_while_awaiting || latest.awaits_decision())
    }

    /// The latest assessment's outcome as lists show it.
    #[must_use]
    pub fn verdict(&self, rules: RulesVersion) -> Option<Verdict> {
        self.latest(rules).map(|latest| latest.verdict(rules))
    }

    fn was_assessed_too_early(&self, rules: RulesVersion) -> bool {
        self.current(rules).any(Assessment::asks_again)
    }
}

impl Assessment {
    /// Made outside the window and not ineligible: worth another when the time comes.
    #[must_use]
    pub fn asks_again(&self) -> bool {
        !self.created_within_window && self.outcome != Outcome::Ineligible
    }
}
