//! The questions of an assessment, and what their answers come to. Handover rules 8.1 and 8.2.

use serde::{Deserialize, Serialize};

use crate::{
    coded::coded,
    handover::{Departure, RulesVersion},
};

coded! {
    /// A question of an assessment.
    Question {
        /// Convicted under the Terrorism Act 2000.
        ConvictedUnderTerrorismAct2000 = "convictedUnderTerrorismAct2000",
        /// Of interest to the public or the press.
        HighProfile = "highProfile",
        /// Subject to a serious crime prevention order.
        SeriousCrimePreventionOrder = "seriousCrimePreventionOrder",
        /// Likely to be managed at MAPPA level 3.
        MappaLevel3 = "mappaLevel3",
        /// Likely to be a critical public protection case.
        CppcCase = "cppcCase",
        /// Held in a separation centre for extremists.
        ExtremismSeparation = "extremismSeparation",
        /// Due for release within 24 months; asked of those in a separation centre only.
        DueForReleaseInLessThan24Months = "dueForReleaseInLessThan24Months",
        /// A very high risk of serious harm.
        HighRiskOfSeriousHarm = "highRiskOfSeriousHarm",
        /// At MAPPA level 2, and earlier than is usual.
        MappaLevel2 = "mappaLevel2",
        /// In the process for terrorist risk.
        PathfinderProcess = "pathfinderProcess",
        /// Another reason.
        OtherReason = "otherReason",
    }
}

/// The POM's answers; absent is a question not yet answered, which counts as no.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "each answers the question of its name")]
pub struct Answers {
    pub convicted_under_terrorism_act_2000: Option<bool>,
    pub high_profile: Option<bool>,
    pub serious_crime_prevention_order: Option<bool>,
    pub mappa_level3: Option<bool>,
    pub cppc_case: Option<bool>,
    pub extremism_separation: Option<bool>,
    pub due_for_release_in_less_than24_months: Option<bool>,
    pub high_risk_of_serious_harm: Option<bool>,
    pub mappa_level2: Option<bool>,
    pub pathfinder_process: Option<bool>,
    pub other_reason: Option<bool>,
}

coded! {
    /// What the answers come to.
    Outcome {
        /// The community takes responsibility early.
        Eligible = "eligible",
        /// It does not.
        Ineligible = "ineligible",
        /// The community probation team decides.
        Discretionary = "discretionary",
    }
}

impl Answers {
    /// Any yes to one of these makes the case eligible.
    #[must_use]
    pub const fn mandatory(&self) -> [(Question, Option<bool>); 5] {
        [
            (
                Question::ConvictedUnderTerrorismAct2000,
                self.convicted_under_terrorism_act_2000,
            ),
            (Question::HighProfile, self.high_profile),
            (
                Question::SeriousCrimePreventionOrder,
                self.serious_crime_prevention_order,
            ),
            (Question::MappaLevel3, self.mappa_level3),
            (Question::CppcCase, self.cppc_case),
        ]
    }

    /// Asked where no mandatory answer is yes.
    #[must_use]
    pub const fn discretionary(&self) -> [(Question, Option<bool>); 5] {
        [
            (Question::ExtremismSeparation, self.extremism_separation),
            (Question::HighRiskOfSeriousHarm, self.high_risk_of_serious_harm),
            (Question::MappaLevel2, self.mappa_level2),
            (Question::PathfinderProcess, self.pathfinder_process),
            (Question::OtherReason, self.other_reason),
        ]
    }

    /// The outcome of answers given now, first match. A separation centre outweighs every other discretionary yes unless release is near; by
    /// departure it outweighs none.
    #[must_use]
    pub fn outcome(&self, rules: RulesVersion) -> Outcome {
        let separated_for_long = self.extremism_separation == Some(true)
            && self.due_for_release_in_less_than24_months != Some(true);
        let others_count = rules.has(Departure::SeparationCentreAddsOnly) && self.another_discretionary_yes();

        if any_yes(&self.mandatory()) {
            Outcome::Eligible
        } else if any_yes(&self.discretionary()) && (!separated_for_long || others_count) {
            Outcome::Discretionary
        } else {
            Outcome::Ineligible
        }
    }

    fn another_discretionary_yes(&self) -> bool {
        self.discretionary()
            .iter()
            .any(|&(question, answer)| question != Question::ExtremismSeparation && answer == Some(true))
    }
}

impl Outcome {
    /// The outcome of an assessment saved before: the one stored with it, whatever its answers would come to now, because
    /// the community was asked, or not, by that one. Where none is at hand, the one that the present service stored.
    #[must_use]
    pub fn of_saved(stored: Option<Self>, answers: &Answers) -> Self {
        stored.unwrap_or_else(|| answers.outcome(RulesVersion::REFERENCE))
    }
}

fn any_yes(answers: &[(Question, Option<bool>)]) -> bool {
    answers.iter().any(|&(_, answer)| answer == Some(true))
}
