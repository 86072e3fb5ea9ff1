//! Takes the co-working POM off a case.

use domain::{
    AnyStream, NomsNumber, PrisonCode, Streamed,
    allocation::{Allocation, AllocationCommand, AllocationRefusal, RemovalReason},
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

/// Removes the co-working POM. Allocation rules 2.6 C4.
#[derive(Debug, Clone, Serialize)]
pub struct DeallocateCoworkingPom {
    /// Whose case.
    pub noms: NomsNumber,
    /// Where the allocator works; the case's prison when not said.
    pub prison: Option<PrisonCode>,
    /// Why, in words.
    pub note: Option<String>,
}

impl Operation for DeallocateCoworkingPom {
    const NAME: &'static str = "deallocateCoworkingPom";
    const RULE: Rule = Rule::RoleInCaseload(&[Role::Allocator, Role::System]);

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
        let note = self.note.clone().map(Into::into);
        let command = AllocationCommand::DeallocateCoworking {
            reason: RemovalReason::User,
            note,
        };
        change_allocation(context, self.noms, command)
    }
}
