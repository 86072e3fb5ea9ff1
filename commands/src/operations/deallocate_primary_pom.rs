//! An administrator takes everybody off a case.

use domain::{
    AnyStream, NomsNumber, PrisonCode, Streamed,
    allocation::{Allocation, AllocationCommand, AllocationRefusal},
    prisoner::Prisoner,
};
use serde::Serialize;

use super::{allocated_at, change_allocation};
use crate::{
    access::{Role, Rule},
    context::CommandContext,
    error::CommandError,
    request::Operation,
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

    fn subject(&self) -> AnyStream {
        Allocation::stream(self.noms).into()
    }

    fn read_set(&self) -> Vec<AnyStream> {
        vec![
            Allocation::stream(self.noms).into(),
            Prisoner::stream(self.noms).into(),
        ]
    }

    fn prison(&self) -> Option<PrisonCode> {
        self.prison
    }

    async fn decide(&self, context: &mut CommandContext<'_>) -> Result<(), CommandError> {
        let prison = allocated_at(
            context,
            self.noms,
            self.prison,
            AllocationRefusal::NothingToDeallocate,
        )?;
        context.in_prison(prison)?;
        let note = Some(self.reason.clone().into());
        change_allocation(context, self.noms, AllocationCommand::DeallocateManually { note })
    }
}
