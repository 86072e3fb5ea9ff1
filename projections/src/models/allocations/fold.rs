//! One allocation after the events so far.

use domain::{NomsNumber, allocation::Allocation};
use event_store::Position;
use uuid::Uuid;

use crate::envelope::{DomainEvent, Envelope};

/// One prisoner's allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AllocationRow {
    pub(crate) noms: NomsNumber,
    pub(crate) version: u64,
    pub(crate) position: Position,
    /// The number of announced changes of the primary POM: one per command that made such a change.
    pub(crate) announced: u64,
    /// The command that made the last announced change.
    pub(crate) announced_by: Option<Uuid>,
    pub(crate) state: Allocation,
}

impl AllocationRow {
    pub(crate) fn new(noms: NomsNumber) -> Self {
        Self {
            noms,
            version: 0,
            position: Position::START,
            announced: 0,
            announced_by: None,
            state: Allocation::default(),
        }
    }

    pub(crate) fn apply(&mut self, envelope: &Envelope) {
        let DomainEvent::Allocation(event) = &envelope.event else {
            return;
        };
        self.version = envelope.version;
        self.position = envelope.position;
        if event.changes_primary() && self.announced_by != Some(envelope.origin.command_id) {
            self.announced = self.announced.saturating_add(1);
            self.announced_by = Some(envelope.origin.command_id);
        }
        self.state.apply(event);
    }
}
