//! What can be learnt about a prisoner.

use chrono::{DateTime, Utc};

use super::PrisonerFacts;
use crate::{PrisonCode, aggregates::events};

events! {
    /// An event of the stream `prisoner-{noms}`.
    pub enum PrisonerEvent {
        /// Upstream says something of a prisoner that was not known.
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
}

impl PrisonerEvent {}
