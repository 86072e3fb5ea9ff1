//! Makes a member of staff a POM at a prison.

use domain::{
    AnyStream, PomKey, PomPosition, PrisonCode, StaffId, Streamed, WorkingPattern,
    pom::{Pom, PomCommand, PomRefusal, StaffDetails},
};
use serde::Serialize;

use crate::{
    access::{Role, Rule},
    context::CommandContext,
    error::CommandError,
    request::Operation,
};

/// Onboards a POM. Allocation rules 4.5.
#[derive(Debug, Clone, Serialize)]
pub struct OnboardPom {
    /// Where.
    pub prison: PrisonCode,
    /// Who.
    pub staff: StaffId,
    /// Who they are, when it is known; looked up otherwise.
    pub details: Option<StaffDetails>,
    /// Prison or probation POM.
    pub position: PomPosition,
    /// How much they work.
    pub working_pattern: WorkingPattern,
}

impl Operation for OnboardPom {
    const NAME: &'static str = "onboardPom";
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
        let details = match &self.details {
            Some(details) => details.clone(),
            None => context
                .ports
                .staff(self.staff)
                .await?
                .ok_or(PomRefusal::NotFound)?,
        };
        let command = PomCommand::Onboard {
            details,
            position: self.position,
            working_pattern: self.working_pattern,
        };
        context.write(stream, pom.state.decide(command)?)
    }
}
