//! What can be learnt about a prisoner.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::PrisonerFacts;
use crate::PrisonCode;

/// An event of the stream `prisoner-{noms}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PrisonerEvent {
    /// Upstream says something that was not known.
    PrisonerObserved(Box<PrisonerFacts>),
    /// The prisoner was released from prison.
    #[serde(rename_all = "camelCase")]
    PrisonerReleased {
        /// From where.
        from_prison: PrisonCode,
        /// When, UTC.
        left_at: DateTime<Utc>,
    },
    /// The prisoner left for another prison, not yet known to have arrived.
    #[serde(rename_all = "camelCase")]
    PrisonerTransferredOut {
        /// From where.
        from_prison: PrisonCode,
        /// When, UTC.
        left_at: DateTime<Utc>,
    },
}

impl PrisonerEvent {
    /// The event's name in the log.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PrisonerObserved(_) => "PrisonerObserved",
            Self::PrisonerReleased { .. } => "PrisonerReleased",
            Self::PrisonerTransferredOut { .. } => "PrisonerTransferredOut",
        }
    }
}
