//! What follows from a saved assessment, and from time passing over one. Handover rules 8.4, 8.6 and 8.7.

use chrono::NaiveDate;

use super::{answers::Outcome, assessment::Assessment};
use crate::{
    PrisonCode,
    coded::coded,
    handover::{Departure, RulesVersion},
};

coded! {
    /// The message, with the assessment as a document, to the local delivery unit.
    ReferralEmail {
        /// For information: the case is eligible.
        Eligible = "auto_early_allocation",
        /// For a decision.
        Discretionary = "community_early_allocation",
    }
}

impl ReferralEmail {
    /// Whether the message still goes out when its turn comes: only while the prison that has the case, by its
    /// allocation, is the one where prisoner-search finds the prisoner.
    #[must_use]
    pub fn goes_out(prisoner_at: Option<&PrisonCode>, allocated_at: Option<&PrisonCode>) -> bool {
        prisoner_at.is_some() && prisoner_at == allocated_at
    }
}

/// What saving an assessment brings about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AfterSaving {
    /// The message to send.
    pub email: Option<ReferralEmail>,
    /// Whether the case's eligibility is looked at anew; see [`changed_eligibility`].
    pub eligibility: bool,
}

/// What saving an assessment of this outcome brings about.
#[must_use]
pub fn after_saving(outcome: Outcome, within_window: bool, rules: RulesVersion) -> AfterSaving {
    let email = match outcome {
        Outcome::Eligible => Some(ReferralEmail::Eligible),
        Outcome::Discretionary => Some(ReferralEmail::Discretionary),
        Outcome::Ineligible => None,
    };
    AfterSaving {
        email: email.filter(|_| within_window),
        eligibility: rules.has(Departure::EligibilityFollowsEverySave)
            || (within_window && outcome == Outcome::Eligible),
    }
}

/// The eligibility to store, announce, audit and calculate with, if it is not the one stored; none stored is a change
/// even to "not eligible".
#[must_use]
pub fn changed_eligibility(stored: Option<bool>, current: bool) -> Option<bool> {
    (stored != Some(current)).then_some(current)
}

/// What a reminder to assess anew depends on. The sentence comes from prisoner-search, the rest from the service itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReassessmentFacts<'a> {
    /// Every assessment of the prisoner, of any sentence.
    pub assessments: &'a [Assessment],
    /// Start of the sentence.
    pub sentence_start: Option<NaiveDate>,
    /// The case is within the referral window now.
    pub within_window: bool,
    /// The case has an active allocation at the prison where the prisoner is.
    pub allocated_here: bool,
    /// The London day of the last such reminder.
    pub last_reminded_on: Option<NaiveDate>,
}

impl ReassessmentFacts<'_> {
    /// Whether the primary POM is reminded to assess anew.
    #[must_use]
    pub fn reminds(&self) -> bool {
        self.within_window
            && self.allocated_here
            && !self.was_reminded_in_this_sentence()
            && self.assessments.iter().any(Assessment::asks_again)
    }

    fn was_reminded_in_this_sentence(&self) -> bool {
        self.last_reminded_on
            .is_some_and(|reminded| self.sentence_start.is_none_or(|start| reminded >= start))
    }
}
