//! Upstream services for when there are none: history is told without asking anybody.

use async_trait::async_trait;
use commands::ports::{FactUnavailable, Prisoners, Staff};
use domain::{NomsNumber, StaffId, pom::StaffDetails, prisoner::PrisonerFacts};

/// Nobody is known to them. What is told again after an interruption may be asked about, and is then found done by its receipt.
pub(crate) struct Nobody;

#[async_trait]
impl Prisoners for Nobody {
    async fn prisoner(&self, _: NomsNumber) -> Result<Option<PrisonerFacts>, FactUnavailable> {
        Ok(None)
    }
}

#[async_trait]
impl Staff for Nobody {
    async fn staff(&self, _: StaffId) -> Result<Option<StaffDetails>, FactUnavailable> {
        Ok(None)
    }
}
