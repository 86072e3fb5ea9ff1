//! What a POM is asked to enter: "Case updates needed". Handover rules 11.5.

use crate::{coded::coded, early_allocation::AssessedCase, handover::RulesVersion, parole::ParoleHistory};

coded! {
    /// A task of the POM's, whether they are primary or co-working.
    PomTask {
        /// When the result of the last hearing was received; see [`crate::parole::ParoleHistory::lacking_received_date`].
        ParoleOutcomeDate = "parole_outcome_date",
        /// What the community decided; see [`crate::early_allocation::AssessedCase::has_decision_task`].
        EarlyAllocationDecision = "early_allocation_decision",
    }
}

impl PomTask {
    /// What the list says.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ParoleOutcomeDate => "Date parole hearing outcome confirmed",
            Self::EarlyAllocationDecision => "Early allocation decision",
        }
    }

    /// What the link beside it says.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::ParoleOutcomeDate => "Enter date",
            Self::EarlyAllocationDecision => "Record decision",
        }
    }
}

/// The tasks of a case, in the order in which they are shown. A POM's are those of every case that they have a part in.
pub fn pom_tasks(
    reviews: &ParoleHistory<'_>,
    assessed: &AssessedCase<'_>,
    rules: RulesVersion,
) -> impl Iterator<Item = PomTask> + use<> {
    [
        (
            PomTask::ParoleOutcomeDate,
            reviews.lacking_received_date().is_some(),
        ),
        (
            PomTask::EarlyAllocationDecision,
            assessed.has_decision_task(rules),
        ),
    ]
    .into_iter()
    .filter_map(|(task, is_to_do)| is_to_do.then_some(task))
}
