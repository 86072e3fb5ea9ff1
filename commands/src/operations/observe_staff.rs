//! Upstream is asked who a POM is now: recorded when it is new.

use domain::{
    AnyStream, PomKey, PrisonCode, StaffId, Streamed,
    pom::{Pom, PomCommand},
};
use serde::Serialize;

use crate::{
    access::{Role, Rule},
    context::CommandContext,
    error::CommandError,
    request::Operation,
};

/// Refreshes a POM's name and address. A POM whom nomis-user-roles does not know stays unchanged.
#[derive(Debug, Clone, Serialize)]
pub struct ObserveStaff {
    /// Where.
    pub prison: PrisonCode,
    /// Who.
    pub staff: StaffId,
}

impl Operation for ObserveStaff {
    const NAME: &'static str = "observeStaff";
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
        if pom.version == 0 {
            return Ok(());
        }
        let Some(details) = context.ports.staff(self.staff).await? else {
            return Ok(());
        };
        let observed = pom.state.decide(PomCommand::ObserveDetails(details))?;
        context.write(stream, observed)
    }
}
