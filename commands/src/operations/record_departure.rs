//! A prisoner left a prison: the stay ends, for the allocation, the prisoner and the case at once.

use chrono::{DateTime, Utc};
use domain::{
    NomsNumber, PrisonCode,
    allocation::{Allocation, AllocationCommand},
    casefile::{Case, CaseCommand},
    prisoner::{Prisoner, PrisonerCommand},
};
use event_store::StreamId;
use serde::Serialize;

use super::change_allocation;
use crate::{
    access::{Role, Rule},
    desk::Desk,
    error::CommandError,
    request::Operation,
    streams::StreamsOf,
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

    fn subject(&self) -> StreamId {
        StreamsOf::allocation(self.noms)
    }

    fn rests_on(&self) -> Vec<StreamId> {
        vec![
            self.subject(),
            StreamsOf::prisoner(self.noms),
            StreamsOf::case(self.noms),
        ]
    }

    fn prison(&self) -> Option<PrisonCode> {
        Some(self.from_prison)
    }

    async fn decide(&self, desk: &mut Desk<'_>) -> Result<(), CommandError> {
        let (from_prison, left_at) = (self.from_prison, self.left_at);
        let allocation = desk.load::<Allocation>(&self.subject())?;
        if allocation.state.began_after(left_at) {
            return Ok(());
        }
        let prisoner_stream = StreamsOf::prisoner(self.noms);
        let prisoner = desk.load::<Prisoner>(&prisoner_stream)?;
        let case_stream = StreamsOf::case(self.noms);
        let case = desk.load::<Case>(&case_stream)?;
        if [allocation.version, prisoner.version, case.version] == [0; 3] {
            // Of somebody whom the service has never met nothing has to end, and nothing is kept.
            return Ok(());
        }
        let left = match self.departure {
            Departure::Release => PrisonerCommand::Release { from_prison, left_at },
            Departure::Transfer => PrisonerCommand::TransferOut { from_prison, left_at },
        };
        let seen_leaving = prisoner.state.decide(left)?;
        if seen_leaving.is_empty() && prisoner.state.facts.is_some() {
            // Known already, or news of an earlier stay.
            return Ok(());
        }
        desk.write::<Prisoner>(&prisoner_stream, seen_leaving)?;
        let command = match self.departure {
            Departure::Release => AllocationCommand::EndByRelease { left_at },
            Departure::Transfer => AllocationCommand::EndByTransfer {
                to_prison: None,
                left_at,
            },
        };
        change_allocation(desk, self.noms, command)?;
        if self.departure == Departure::Release {
            let closed = case.state.decide(CaseCommand::Close)?;
            desk.write::<Case>(&case_stream, closed)?;
        }
        Ok(())
    }
}
