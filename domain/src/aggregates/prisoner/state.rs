//! What is known of a prisoner.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{PrisonerEvent, PrisonerFacts};

/// The prisoner as last observed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Prisoner {
    /// The facts; absent before the first observation.
    pub facts: Option<PrisonerFacts>,
    /// When they last left a prison, UTC.
    pub left_at: Option<DateTime<Utc>>,
}

impl Prisoner {
    /// The person was erased: the service may see everybody's personal data, and this is withheld.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        let facts = self.facts.as_ref();
        facts.is_some_and(|facts| facts.first_name.known().is_none())
    }

    /// Takes an event in.
    pub fn apply(&mut self, event: &PrisonerEvent) {
        match event {
            PrisonerEvent::PrisonerObserved(facts) => self.facts = Some((**facts).clone()),
            PrisonerEvent::PrisonerReleased { left_at, .. }
            | PrisonerEvent::PrisonerTransferredOut { left_at, .. } => {
                self.left_at = Some(*left_at);
                if let Some(facts) = &mut self.facts {
                    facts.prison = None;
                    facts.arrived_on = None;
                    facts.location = None;
                }
            }
        }
    }
}
