//! How a case is handed over. Handover rules 11.3.

use super::record::HandoverRecord;
use crate::{coded::coded, handover::Reason};

coded! {
    /// The type of handover.
    HandoverType {
        /// Not known: no probation record, or nothing calculated.
        Missing = "missing",
        /// None: the sentence is too short for one.
        None = "none",
        /// With the tasks of an enhanced handover.
        Enhanced = "enhanced",
        /// With those of a standard one.
        Standard = "standard",
    }
}

impl HandoverType {
    /// The type of a case with a probation record, as its resourcing is enhanced, not enhanced, or not said.
    #[must_use]
    pub fn of(record: Option<&HandoverRecord>, resourcing: Option<Option<bool>>) -> Self {
        match (record, resourcing) {
            (None, _) | (_, None) => Self::Missing,
            (Some(record), _) if record.reason == Reason::DeterminateShort => Self::None,
            (_, Some(None | Some(true))) => Self::Enhanced,
            (_, Some(Some(false))) => Self::Standard,
        }
    }

    /// What users read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Missing => "Unknown",
            Self::None => "None",
            Self::Enhanced => "Enhanced",
            Self::Standard => "Standard",
        }
    }
}
