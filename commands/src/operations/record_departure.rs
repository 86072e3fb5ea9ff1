//! A prisoner left a prison: the stay ends, for the allocation, the prisoner and the case at once.

use chrono::{DateTime, Utc};
use domain::{
    AnyStream, NomsNumber, PrisonCode, Streamed,
    allocation::{Allocation, AllocationCommand},
    case::{Case, CaseCommand},
    prisoner::{Prisoner, PrisonerCommand},
};
use serde::Serialize;

use super::change_allocation;
use crate::{
    access::{Role, Rule},
    context::CommandContext,
    error::CommandError,
    request::Operation,
};

/// How the prisoner left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Departure {
    /// Released: what was known of the stay no longer counts.
    Release,
    /// On the way to another prison: case information is kept.
    Transfer,
}

/// Records that a prisoner left. Allocation rules 2.6 C5 and C6. News of leaving is a hint: where it does not fit what is
/// known, prisoner-search is asked where the prisoner is now.
#[derive(Debug, Clone, Serialize)]
pub struct RecordDeparture {
    /// Who left.
    pub noms: NomsNumber,
    /// Which prison.
    pub from_prison: PrisonCode,
    /// When, UTC.
    pub left_at: DateTime<Utc>,
    /// How.
    pub departure: Departure,
}

impl Operation for RecordDeparture {
    const NAME: &'static str = "recordDeparture";
    const RULE: Rule = Rule::Role(&[Role::System]);

    fn subject(&self) -> AnyStream {
        Allocation::stream(self.noms).into()
    }

    fn read_set(&self) -> Vec<AnyStream> {
        vec![
            self.subject(),
            Prisoner::stream(self.noms).into(),
            Case::stream(self.noms).into(),
        ]
    }

    fn prison(&self) -> Option<PrisonCode> {
        Some(self.from_prison)
    }

    async fn decide(&self, context: &mut CommandContext<'_>) -> Result<(), CommandError> {
        let allocation = context.load(Allocation::stream(self.noms))?;
        let prisoner = context.load(Prisoner::stream(self.noms))?;
        let case = context.load(Case::stream(self.noms))?;
        if [allocation.version, prisoner.version, case.version] == [0; 3] {
            // Of somebody whom the service has never met nothing has to end, and nothing is kept.
            return Ok(());
        }
        let known = prisoner.state.left_at.is_some_and(|known| known >= self.left_at);
        if !known && allocation.state.anybody_came_after(self.left_at) {
            return self.look(context).await;
        }
        self.take_at_its_word(context)
    }
}

impl RecordDeparture {
    /// Nobody came onto the case after the prisoner left, so the news ends it, unless it is known already or the prisoner
    /// was seen to have come since.
    fn take_at_its_word(&self, context: &mut CommandContext<'_>) -> Result<(), CommandError> {
        let allocation = context.load(Allocation::stream(self.noms))?;
        if allocation.state.began_after(self.left_at) {
            return Ok(());
        }
        let stream = Prisoner::stream(self.noms);
        let prisoner = context.load(stream)?;
        let seen_leaving = prisoner.state.decide(self.leaving())?;
        if seen_leaving.is_empty() && prisoner.state.facts.is_some() {
            return Ok(());
        }
        context.write(stream, seen_leaving)?;
        let command = match self.departure {
            Departure::Release => AllocationCommand::EndByRelease {
                left_at: self.left_at,
            },
            Departure::Transfer => AllocationCommand::EndByTransfer {
                to_prison: None,
                left_at: self.left_at,
            },
        };
        change_allocation(context, self.noms, command)?;
        self.close_case(context)
    }

    /// Somebody came onto the case after the prisoner left: the news is of an earlier stay, or the allocation was made
    /// before the news arrived. Where the prisoner is now decides.
    async fn look(&self, context: &mut CommandContext<'_>) -> Result<(), CommandError> {
        let Some(facts) = context.ports.prisoner(self.noms).await? else {
            return self.take_at_its_word(context);
        };
        let (stream, now_at) = (Prisoner::stream(self.noms), facts.prison);
        let prisoner = context.load(stream)?;
        if !prisoner.state.is_erased() {
            let observed = PrisonerCommand::Observe(Box::new(facts));
            context.write(stream, prisoner.state.decide(observed)?)?;
        }
        let allocation = context.load(Allocation::stream(self.noms))?;
        if now_at.is_some() && now_at == allocation.state.prison {
            return Ok(());
        }
        let gone = now_at.is_none();
        if gone {
            let prisoner = context.load(stream)?;
            context.write(stream, prisoner.state.decide(self.leaving())?)?;
        }
        let command = AllocationCommand::EndByAbsence {
            released: gone && self.departure == Departure::Release,
            to_prison: now_at,
            left_at: self.left_at,
        };
        change_allocation(context, self.noms, command)?;
        if gone { self.close_case(context) } else { Ok(()) }
    }

    fn leaving(&self) -> PrisonerCommand {
        let (from_prison, left_at) = (self.from_prison, self.left_at);
        match self.departure {
            Departure::Release => PrisonerCommand::Release { from_prison, left_at },
            Departure::Transfer => PrisonerCommand::TransferOut { from_prison, left_at },
        }
    }

    /// After a release what was known of the stay no longer counts.
    fn close_case(&self, context: &mut CommandContext<'_>) -> Result<(), CommandError> {
        if self.departure == Departure::Release {
            let stream = Case::stream(self.noms);
            let case = context.load(stream)?;
            context.write(stream, case.state.decide(CaseCommand::Close)?)?;
        }
        Ok(())
    }
}
