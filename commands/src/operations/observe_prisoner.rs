//! Upstream says something of a prisoner: recorded when it is new, and acted on when it ends a stay.

use domain::{
    AnyStream, NomsNumber, PrisonCode, Streamed,
    allocation::{Allocation, AllocationCommand},
    prisoner::{Prisoner, PrisonerCommand, PrisonerFacts},
};
use serde::Serialize;

use super::change_allocation;
use crate::{
    access::{Role, Rule},
    context::CommandContext,
    error::CommandError,
    request::Operation,
};

/// Records facts observed upstream. An allocation ends on the first evidence of another prison (allocation rules 2.6
/// C5), or of a legal status outside the remit (C7).
#[derive(Debug, Clone, Serialize)]
pub struct ObservePrisoner {
    /// Who.
    pub noms: NomsNumber,
    /// What upstream says.
    pub facts: PrisonerFacts,
}

impl Operation for ObservePrisoner {
    const NAME: &'static str = "observePrisoner";
    const RULE: Rule = Rule::Role(&[Role::System]);

    fn subject(&self) -> AnyStream {
        Prisoner::stream(self.noms).into()
    }

    fn read_set(&self) -> Vec<AnyStream> {
        vec![self.subject(), Allocation::stream(self.noms).into()]
    }

    fn prison(&self) -> Option<PrisonCode> {
        self.facts.prison
    }

    async fn decide(&self, context: &mut CommandContext<'_>) -> Result<(), CommandError> {
        let stream = Prisoner::stream(self.noms);
        let prisoner = context.load(stream)?;
        let events = prisoner
            .state
            .decide(PrisonerCommand::Observe(Box::new(self.facts.clone())))?;
        context.write(stream, events)?;
        let allocated_at = context.load(Allocation::stream(self.noms))?.state.prison;
        match self.facts.prison {
            Some(now_at) if allocated_at.is_some_and(|prison| prison != now_at) => change_allocation(
                context,
                self.noms,
                AllocationCommand::EndByTransfer {
                    to_prison: Some(now_at),
                    left_at: context.at,
                },
            ),
            Some(_) if self.facts.legal_status.ends_allocation() => {
                change_allocation(context, self.noms, AllocationCommand::EndByLegalStatus)
            }
            _ => Ok(()),
        }
    }
}
