//! A POM who is inactive or removed goes off a case.

use domain::{
    AnyStream, NomsNumber, PomKey, PomStatus, PrisonCode, StaffId, Streamed,
    allocation::{Allocation, AllocationCommand},
    pom::Pom,
};
use serde::Serialize;

use super::change_allocation;
use crate::{
    access::{Role, Rule},
    context::CommandContext,
    error::CommandError,
    request::Operation,
};

/// Removes a POM who is inactive or removed from a case that they have at that prison, in whichever part. Allocation rules 2.6 C8.
/// It does nothing when the POM is active again, or off the case already.
#[derive(Debug, Clone, Serialize)]
pub struct RemoveInactivePom {
    /// Whose case.
    pub noms: NomsNumber,
    /// Where.
    pub prison: PrisonCode,
    /// Who.
    pub staff: StaffId,
}

impl RemoveInactivePom {
    const fn pom(&self) -> PomKey {
        PomKey {
            prison: self.prison,
            staff: self.staff,
        }
    }
}

impl Operation for RemoveInactivePom {
    const NAME: &'static str = "removeInactivePom";
    const RULE: Rule = Rule::Role(&[Role::System]);

    fn subject(&self) -> AnyStream {
        Allocation::stream(self.noms).into()
    }

    fn read_set(&self) -> Vec<AnyStream> {
        vec![self.subject(), Pom::stream(self.pom()).into()]
    }

    fn prison(&self) -> Option<PrisonCode> {
        Some(self.prison)
    }

    async fn decide(&self, context: &mut CommandContext<'_>) -> Result<(), CommandError> {
        let pom = context.load(Pom::stream(self.pom()))?;
        if !matches!(pom.state.status, Some(PomStatus::Inactive | PomStatus::Deleted)) {
            return Ok(());
        }
        let command = AllocationCommand::RemoveInactivePom {
            staff_id: self.staff,
            prison: self.prison,
        };
        change_allocation(context, self.noms, command)
    }
}
