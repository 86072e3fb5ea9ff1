//! One POM at one prison after the events so far.

use domain::{PrisonCode, StaffId, pom::Pom};
use event_store::Position;

use crate::envelope::{DomainEvent, Envelope};

/// A POM at a prison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PomRow {
    pub(crate) prison: PrisonCode,
    pub(crate) staff: StaffId,
    pub(crate) version: u64,
    pub(crate) position: Position,
    pub(crate) pom: Pom,
}

impl PomRow {
    pub(crate) fn new(prison: PrisonCode, staff: StaffId) -> Self {
        Self {
            prison,
            staff,
            version: 0,
            position: Position::START,
            pom: Pom::default(),
        }
    }

    pub(crate) fn apply(&mut self, envelope: &Envelope) {
        let DomainEvent::Pom(event) = &envelope.event else {
            return;
        };
        self.version = envelope.version;
        self.position = envelope.position;
        self.pom.apply(event);
    }
}
