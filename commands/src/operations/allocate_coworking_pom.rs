//! Adds a co-working POM to a case, or replaces the present one.

use domain::{
    AnyStream, NomsNumber, PomKey, PrisonCode, StaffId, Streamed,
    allocation::{Allocation, AllocationCommand, AllocationRefusal},
    pom::Pom,
    prisoner::Prisoner,
};
use serde::Serialize;

use super::{allocated_at, candidate, change_allocation};
use crate::{
    access::{Role, Rule},
    context::CommandContext,
    error::CommandError,
    request::Operation,
};

/// Allocates a co-working POM. Allocation rules 2.6 C3.
#[derive(Debug, Clone, Serialize)]
pub struct AllocateCoworkingPom {
    /// Whose case.
    pub noms: NomsNumber,
    /// Where the allocator works.
    pub prison: PrisonCode,
    /// The chosen POM.
    pub staff: StaffId,
    /// Note for both POMs.
    pub note: Option<String>,
}

impl Operation for AllocateCoworkingPom {
    const NAME: &'static str = "allocateCoworkingPom";
    const RULE: Rule = Rule::RoleInCaseload(&[Role::Allocator, Role::System]);

    fn subject(&self) -> AnyStream {
        Allocation::stream(self.noms).into()
    }

    fn read_set(&self) -> Vec<AnyStream> {
        vec![
            Allocation::stream(self.noms).into(),
            Prisoner::stream(self.noms).into(),
            Pom::stream(PomKey {
                prison: self.prison,
                staff: self.staff,
            })
            .into(),
        ]
    }

    fn prison(&self) -> Option<PrisonCode> {
        Some(self.prison)
    }

    fn chosen_pom(&self) -> Option<(PrisonCode, StaffId)> {
        Some((self.prison, self.staff))
    }

    async fn decide(&self, context: &mut CommandContext<'_>) -> Result<(), CommandError> {
        allocated_at(
            context,
            self.noms,
            Some(self.prison),
            AllocationRefusal::NoPrimaryPom,
        )?;
        let candidate = candidate(context, self.prison, self.staff)?;
        let note = self.note.clone().map(Into::into);
        change_allocation(
            context,
            self.noms,
            AllocationCommand::AllocateCoworking {
                candidate,
                note,
                at: context.at,
            },
        )
    }
}
