//! What the write side needs from outside, as traits. Adapters live in other rooms.

use async_trait::async_trait;
use domain::{NomsNumber, StaffId, pom::StaffDetails, prisoner::PrisonerFacts};

/// An upstream service did not give a fact that a command needs.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{what} could not be had from {from}: try again in a moment")]
pub struct FactUnavailable {
    /// Which fact.
    pub what: &'static str,
    /// Which service.
    pub from: &'static str,
}

/// Facts about prisoners: prisoner-search.
#[async_trait]
pub trait Prisoners: Send + Sync + 'static {
    /// The prisoner as upstream knows them now; none when there is nobody of that number.
    async fn prisoner(&self, noms: NomsNumber) -> Result<Option<PrisonerFacts>, FactUnavailable>;
}

/// Facts about staff: nomis-user-roles.
#[async_trait]
pub trait Staff: Send + Sync + 'static {
    /// The member of staff as upstream knows them now; none when there is nobody of that number.
    async fn staff(&self, staff_id: StaffId) -> Result<Option<StaffDetails>, FactUnavailable>;
}
