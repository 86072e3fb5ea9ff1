//! Changes how much a POM works, and whether they take cases.

use domain::{
    PomStatus, PrisonCode, StaffId, WorkingPattern,
    pom::{Pom, PomCommand},
};
use event_store::StreamId;
use serde::Serialize;

use crate::{
    access::{Role, Rule},
    desk::Desk,
    error::CommandError,
    request::Operation,
    streams::StreamsOf,
};

/// Changes a POM's profile; their cases stay with them until someone moves them. Allocation rules 4.4.
#[derive(Debug, Clone, Serialize)]
pub struct ChangePomProfile {
    /// Where.
    pub prison: PrisonCode,
    /// Who.
    pub staff: StaffId,
    /// How much they work.
    pub working_pattern: WorkingPattern,
    /// Whether they take cases.
    pub status: PomStatus,
}

impl Operation for ChangePomProfile {
    const NAME: &'static str = "changePomProfile";
    const RULE: Rule = Rule::Role(&[Role::System]);

    fn subject(&self) -> StreamId {
        StreamsOf::pom(self.prison, self.staff)
    }

    fn prison(&self) -> Option<PrisonCode> {
        Some(self.prison)
    }

    async fn decide(&self, desk: &mut Desk<'_>) -> Result<(), CommandError> {
        let stream = self.subject();
        let pom = desk.load::<Pom>(&stream)?;
        let command = PomCommand::ChangeProfile {
            working_pattern: self.working_pattern,
            status: self.status,
        };
        desk.write::<Pom>(&stream, pom.state.decide(command)?)
    }
}
