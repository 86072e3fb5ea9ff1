//! Who had the case, from when until when. Allocation rules 3.3, by staff id, so that namesakes are two people.

use chrono::{DateTime, Utc};

use super::{AllocationEvent, PomSnapshot};
use crate::PrisonCode;

/// One POM's time as primary POM of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PomTerm {
    /// Who.
    pub pom: PomSnapshot,
    /// Where.
    pub prison: PrisonCode,
    /// From, UTC.
    pub from: DateTime<Utc>,
    /// Until, UTC; absent while it lasts.
    pub until: Option<DateTime<Utc>>,
}

/// The terms of a case, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PomTerms(pub Vec<PomTerm>);

impl PomTerms {
    /// Takes an event in; `occurred_at` ends the open term when the POM goes.
    pub fn apply(&mut self, event: &AllocationEvent, occurred_at: DateTime<Utc>) {
        match event {
            AllocationEvent::PrimaryPomAllocated(to) | AllocationEvent::PrimaryPomReallocated { to, .. } => {
                self.close(to.allocated_at);
                self.0.push(PomTerm {
                    pom: to.pom.clone(),
                    prison: to.prison,
                    from: to.allocated_at,
                    until: None,
                });
            }
            AllocationEvent::PrimaryPomDeallocated { .. } => self.close(occurred_at),
            AllocationEvent::AllocationEndedByRelease(ended)
            | AllocationEvent::AllocationEndedByTransfer { ended, .. } => self.close(ended.left_at),
            _ => {}
        }
    }

    /// No term goes on after this moment: news of leaving may come when others have had the case since. Of those who
    /// came to it later nothing is left but that they came.
    fn close(&mut self, at: DateTime<Utc>) {
        for term in &mut self.0 {
            if term.until.is_none_or(|until| until > at) {
                term.until = Some(at.max(term.from));
            }
        }
    }
}
