//! Upstream is asked who a POM is now: recorded when it is new.

use domain::{
    PrisonCode, StaffId,
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

/// Observes a POM's name and address anew. Somebody whom nomis-user-roles does not know stays as they are.
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

    fn subject(&self) -> StreamId {
        StreamsOf::pom(self.prison, self.staff)
    }

    fn prison(&self) -> Option<PrisonCode> {
        Some(self.prison)
    }

    async fn decide(&self, desk: &mut Desk<'_>) -> Result<(), CommandError> {
        let stream = self.subject();
        let pom = desk.load::<Pom>(&stream)?;
        if pom.version == 0 {
            return Ok(());
        }
        let Some(details) = desk.staff.staff(self.staff).await? else {
            return Ok(());
        };
        let observed = pom.state.decide(PomCommand::ObserveDetails(details))?;
        desk.write::<Pom>(&stream, observed)
    }
}
