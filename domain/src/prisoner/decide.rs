//! Which events an observation leads to: none when nothing is new.

use chrono::{DateTime, Utc};

use super::{Prisoner, PrisonerEvent, PrisonerFacts, PrisonerRefusal};
use crate::{PrisonCode, london_date};

/// A command to the stream `prisoner-{noms}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrisonerCommand {
    /// Upstream says this of the prisoner.
    Observe(Box<PrisonerFacts>),
    /// The prisoner was released.
    Release {
        /// From where.
        from_prison: PrisonCode,
        /// When, UTC.
        left_at: DateTime<Utc>,
    },
    /// The prisoner left for another prison.
    TransferOut {
        /// From where.
        from_prison: PrisonCode,
        /// When, UTC.
        left_at: DateTime<Utc>,
    },
}

impl Prisoner {
    /// The events that a command leads to; none when nothing is new.
    ///
    /// # Errors
    /// Never: observations are not refused.
    #[must_use]
    pub fn decide(&self, command: PrisonerCommand) -> Result<Vec<PrisonerEvent>, PrisonerRefusal> {
        Ok(match command {
            PrisonerCommand::Observe(facts) if self.facts.as_ref() == Some(&*facts) => Vec::new(),
            PrisonerCommand::Observe(facts) => vec![PrisonerEvent::PrisonerObserved(facts)],
            PrisonerCommand::Release { from_prison, left_at } => self.left(
                from_prison,
                left_at,
                PrisonerEvent::PrisonerReleased { from_prison, left_at },
            ),
            PrisonerCommand::TransferOut { from_prison, left_at } => self.left(
                from_prison,
                left_at,
                PrisonerEvent::PrisonerTransferredOut { from_prison, left_at },
            ),
        })
    }

    /// News of leaving counts unless it is already known, or the prisoner has since been seen at another prison, or come to
    /// this one.
    fn left(&self, from: PrisonCode, left_at: DateTime<Utc>, event: PrisonerEvent) -> Vec<PrisonerEvent> {
        let stale = self.left_at.is_some_and(|known| known >= left_at);
        let seen = self.facts.as_ref();
        let elsewhere = seen
            .and_then(|facts| facts.prison)
            .is_some_and(|prison| prison != from);
        let back = seen
            .and_then(|facts| facts.arrived_on)
            .is_some_and(|arrived| arrived > london_date(left_at));
        if stale || elsewhere || back {
            Vec::new()
        } else {
            vec![event]
        }
    }
}
