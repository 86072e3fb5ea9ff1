//! Upstream services for when there are none: history is told without asking anybody.

use async_trait::async_trait;
use commands::ports::{FactUnavailable, Prisoners, Staff};
use domain::{NomsNumber, StaffId, pom::StaffDetails, prisoner::PrisonerFacts};

/// Nobody answers.
pub(crate) struct Offline;

#[async_trait]
impl Prisoners for Offline {
    async fn prisoner(&self, _: NomsNumber) -> Result<Option<PrisonerFacts>, FactUnavailable> {
        Err(FactUnavailable {
            what: "the prisoner",
            from: "prisoner-search",
        })
    }
}

#[async_trait]
impl Staff for Offline {
    async fn staff(&self, _: StaffId) -> Result<Option<StaffDetails>, FactUnavailable> {
        Err(FactUnavailable {
            what: "the member of staff",
            from: "nomis-user-roles",
        })
    }
}
