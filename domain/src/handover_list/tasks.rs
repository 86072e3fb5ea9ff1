//! What a POM is asked to enter: "Case updates needed". Handover rules 11.5.

use crate::facts::coded;

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
