//! An administrator takes everybody off a case.

use domain::{
    NomsNumber, PrisonCode,
    allocation::{AllocationCommand, AllocationRefusal},
};
use event_store::StreamId;
use serde::Serialize;

use super::{allocated_at, change_allocation};
use crate::{
    access::{Role, Rule},
    desk::Desk,
    error::CommandError,
    request::Operation,
    streams::StreamsOf,
};

/// Removes the primary POM, and a co-working POM who would be left alone. Allocation rules 2.6 C9 and 3.5.
#[derive(Debug, Clone, Serialize)]
pub struct DeallocatePrimaryPom {
    /// Whose case.
    pub noms: NomsNumber,
    /// The prison, when the caller wants to be sure of it.
    pub prison: Option<PrisonCode>,
    /// The explanation that an administrator owes.
    pub reason: String,
}

impl Operation for DeallocatePrimaryPom {
    const NAME: &'static str = "deallocatePrimaryPom";
    const RULE: Rule = Rule::Role(&[Role::Administrator]);

    fn subject(&self) -> StreamId {
        StreamsOf::allocation(self.noms)
    }

    fn rests_on(&self) -> Vec<StreamId> {
        vec![StreamsOf::allocation(self.noms), StreamsOf::prisoner(self.noms)]
    }

    fn prison(&self) -> Option<PrisonCode> {
        self.prison
    }

    async fn decide(&self, desk: &mut Desk<'_>) -> Result<(), CommandError> {
        let prison = allocated_at(
            desk,
            self.noms,
            self.prison,
            AllocationRefusal::NothingToDeallocate,
        )?;
        desk.in_prison(prison)?;
        let note = Some(self.reason.clone().into());
        change_allocation(desk, self.noms, AllocationCommand::DeallocateManually { note })
    }
}
