//! Which events an observation leads to: none when nothing is new.

use chrono::{DateTime, NaiveDate, Utc};

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

    /// News of leaving counts unless it is already known, or the prisoner has come to a prison since. Where they were
    /// seen before says nothing: someone may leave a prison of which nobody told that they had come to it.
    fn left(&self, from: PrisonCode, left_at: DateTime<Utc>, event: PrisonerEvent) -> Vec<PrisonerEvent> {
        let known = self.left_at.is_some_and(|known| known >= left_at);
        if known || self.came_since(from, london_date(left_at)) {
            Vec::new()
        } else {
            vec![event]
        }
    }

    /// Whether the prisoner came to where they are after leaving there on that day. Of one day they came to another
    /// prison after they left, and to this one before.
    fn came_since(&self, from: PrisonCode, left_on: NaiveDate) -> bool {
        let seen = self.facts.as_ref();
        let seen = seen.and_then(|facts| facts.prison.zip(facts.arrived_on));
        seen.is_some_and(|(prison, arrived)| arrived > left_on || (arrived == left_on && prison != from))
    }
}
