//! The bus that seeding sends its commands through. It asks no other service.

use std::sync::Arc;

use async_trait::async_trait;
use commands::{
    BusOptions, CommandBus,
    outgoing::Links,
    ports::{FactUnavailable, Ports, Prisoners, Staff},
};
use domain::{NomsNumber, StaffId, policy::PolicyVersion, pom::StaffDetails, prisoner::PrisonerFacts};
use event_store::Log;

/// A bus over this log, for histories that bring all their facts along. Without links its messages are numbered and never sent.
#[must_use]
pub fn bus(log: Arc<dyn Log>, links: Option<Links>) -> CommandBus {
    CommandBus::new(BusOptions {
        log,
        ports: Ports {
            prisoners: Arc::new(Nobody),
            staff: Arc::new(Nobody),
        },
        clock: crate::clock::now,
        policy: PolicyVersion::RoshBased,
        links,
    })
}

/// Nobody is known to them. What is told again after an interruption may be asked about, and is then found done by its receipt.
struct Nobody;

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
