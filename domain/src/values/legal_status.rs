//! A prisoner's legal status.

use super::coded::coded;

coded! {
    /// A prisoner's legal status, as prisoner-search spells it. Allocation rules 1.2.
    LegalStatus {
        /// Serving a determinate sentence.
        Sentenced = "SENTENCED",
        /// Serving an indeterminate sentence.
        Indeterminate = "INDETERMINATE_SENTENCE",
        /// Recalled from licence.
        Recall = "RECALL",
        /// Held under immigration powers.
        ImmigrationDetainee = "IMMIGRATION_DETAINEE",
        /// Flaps upstream; tolerated, never ends an allocation.
        Unknown = "UNKNOWN",
        /// On remand.
        Remand = "REMAND",
        /// Convicted, not yet sentenced.
        ConvictedUnsentenced = "CONVICTED_UNSENTENCED",
        /// Held for a civil matter.
        CivilPrisoner = "CIVIL_PRISONER",
        /// Deceased.
        Dead = "DEAD",
        /// Any other status.
        Other = "OTHER",
    }
}

impl LegalStatus {
    /// Reads an upstream value; one that is not listed is [`LegalStatus::Other`], so that a new value cannot stop the service.
    #[must_use]
    pub fn from_upstream(text: &str) -> Self {
        text.parse().unwrap_or(Self::Other)
    }

    /// Whether a change to this status ends an allocation: out of remit, and not the flapping `UNKNOWN`.
    #[must_use]
    pub const fn ends_allocation(self) -> bool {
        !self.in_remit() && !matches!(self, Self::Unknown)
    }
}
