//! A prisoner left a prison: the stay ends, for the allocation, the prisoner and the case at once.

use chrono::{DateTime, Utc};
use domain::{
    AnyStream, NomsNumber, PrisonCode, Streamed,
    allocation::{Allocation, AllocationCommand},
    case::{Case, CaseCommand},
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

/// How the prisoner left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Departure {
    /// Released: what was known of the stay no longer counts.
    Release,
    /// On the way to another prison: case information is kept.
    Transfer,
}

/// Records that a prisoner left. Allocation rules 2.6 C5 and C6.
///
/// Only a message knows who left which prison when, so that is taken from it at once while the log agrees: the prisoner
/// is at that prison, and nobody came onto the case since. Prisoner-search may still show the prisoner there, because its
/// index lags behind the movement; that contradicts nothing. Where the log disagrees, prisoner-search is asked, and the
/// present facts decide: a stay at the prison where the prisoner is now goes on. While prisoner-search is unavailable, a
/// departure that the log contradicts is not recorded.
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
        if known || self.is_credible(context)? {
            return self.take_at_its_word(context);
        }
        let Some(facts) = context.ports.prisoner(self.noms).await? else {
            return self.take_at_its_word(context);
        };
        let now_at = facts.prison;
        self.observe(context, facts)?;
        if self.is_credible(context)? {
            self.take_at_its_word(context)
        } else {
            self.end_stay_elsewhere(context, now_at)
        }
    }
}

impl RecordDeparture {
    /// Whether the log agrees: the prisoner is at the prison that they are said to have left, and no POM came onto the
    /// case after they left.
    fn is_credible(&self, context: &mut CommandContext<'_>) -> Result<bool, CommandError> {
        let prisoner = context.load(Prisoner::stream(self.noms))?;
        let facts = prisoner.state.facts.as_ref();
        let was_there = facts.is_some_and(|facts| facts.prison == Some(self.from_prison));
        let allocation = context.load(Allocation::stream(self.noms))?;
        Ok(was_there && !allocation.state.anybody_came_after(self.left_at))
    }

    /// Ends the stay, unless the departure is known already, or the prisoner or the first POM came since.
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

    /// Records the present facts, unless the person was erased.
    fn observe(&self, context: &mut CommandContext<'_>, facts: PrisonerFacts) -> Result<(), CommandError> {
        let stream = Prisoner::stream(self.noms);
        let prisoner = context.load(stream)?;
        if prisoner.state.is_erased() {
            return Ok(());
        }
        let observed = PrisonerCommand::Observe(Box::new(facts));
        context.write(stream, prisoner.state.decide(observed)?)
    }

    /// Ends a stay at any prison but the one where the prisoner is now.
    fn end_stay_elsewhere(
        &self,
        context: &mut CommandContext<'_>,
        now_at: Option<PrisonCode>,
    ) -> Result<(), CommandError> {
        let allocation = context.load(Allocation::stream(self.noms))?;
        if now_at.is_some() && now_at == allocation.state.prison {
            return Ok(());
        }
        let gone = now_at.is_none();
        if gone {
            let stream = Prisoner::stream(self.noms);
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
