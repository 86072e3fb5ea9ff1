//! Changes how much a POM works, and whether they take cases.

use domain::{
    AnyStream, PomKey, PomStatus, PrisonCode, StaffId, Streamed, WorkingPattern,
    pom::{Pom, PomCommand},
};
use serde::Serialize;

use crate::{
    access::{Role, Rule},
    context::CommandContext,
    error::CommandError,
    request::Operation,
};

/// Changes a POM's profile. Who becomes inactive loses their cases: see `processes/inactive_pom`. Allocation rules 4.4.
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

    fn subject(&self) -> AnyStream {
        Pom::stream(PomKey {
            prison: self.prison,
            staff: self.staff,
        })
        .into()
    }

    fn prison(&self) -> Option<PrisonCode> {
        Some(self.prison)
    }

    async fn decide(&self, context: &mut CommandContext<'_>) -> Result<(), CommandError> {
        let stream = Pom::stream(PomKey {
            prison: self.prison,
            staff: self.staff,
        });
        let pom = context.load(stream)?;
        let command = PomCommand::ChangeProfile {
            working_pattern: self.working_pattern,
            status: self.status,
        };
        context.write(stream, pom.state.decide(command)?)
    }
}
