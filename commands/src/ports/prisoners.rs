//! Facts about prisoners: prisoner-search.

use async_trait::async_trait;
use domain::{NomsNumber, prisoner::PrisonerFacts};

use super::{FactUnavailable, MemoisedPorts, NotAvailable};

/// The answer of a port that cannot reach prisoner-search.
pub const PRISONER_UNAVAILABLE: FactUnavailable = FactUnavailable {
    what: "the prisoner",
    from: "prisoner-search",
};

/// Facts about prisoners.
#[async_trait]
pub trait Prisoners: Send + Sync + 'static {
    /// The prisoner's present facts; none when prisoner-search knows nobody of that number.
    async fn prisoner(&self, noms: NomsNumber) -> Result<Option<PrisonerFacts>, FactUnavailable>;
}

#[async_trait]
impl Prisoners for NotAvailable {
    async fn prisoner(&self, _: NomsNumber) -> Result<Option<PrisonerFacts>, FactUnavailable> {
        Err(PRISONER_UNAVAILABLE)
    }
}

impl MemoisedPorts<'_> {
    /// The prisoner's facts as of the first call.
    pub(crate) async fn prisoner(&self, noms: NomsNumber) -> Result<Option<PrisonerFacts>, FactUnavailable> {
        self.once("prisoner", noms, self.ports.prisoners.prisoner(noms))
            .await
    }
}
