//! What other services are told: that the primary POM of a prisoner is another one, or none.

use super::{Allocation, AllocationEvent, AllocationTrigger};
use crate::{PrisonCode, StaffId};

/// The change of the primary POM that one command led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrimaryChange {
    /// The primary POM now.
    pub primary: Option<StaffId>,
    /// The co-working POM now.
    pub coworking: Option<StaffId>,
    /// The primary POM before.
    pub previous: Option<StaffId>,
    /// Where; after a removal still the old prison.
    pub prison: PrisonCode,
    /// Why.
    pub trigger: AllocationTrigger,
    /// Which of the command's events it was, from 0.
    pub event: usize,
}

impl PrimaryChange {
    /// The one change to tell of: the last of these events that concerns the primary POM; none when none does.
    /// `before` is the allocation before the events.
    #[must_use]
    pub fn of(before: &Allocation, events: &[AllocationEvent]) -> Option<Self> {
        let (event, last) = events
            .iter()
            .enumerate()
            .rfind(|(_, event)| event.changes_primary())?;
        let mut after = before.clone();
        for event in events {
            after.apply(event);
        }
        Some(Self {
            primary: after.primary_id(),
            coworking: after.coworking_id(),
            previous: before.primary_id(),
            prison: after.prison?,
            trigger: last.trigger(),
            event,
        })
    }

    /// Whether it is another person, rather than the same person at another prison.
    #[must_use]
    pub fn is_another_person(&self) -> bool {
        self.primary != self.previous
    }
}
