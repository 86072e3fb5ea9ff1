//! What the write side asks of other services: one file for each port. The clients behind them live in `hmpps`.

mod memo;
mod prisoners;
mod staff;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(crate) use memo::MemoisedPorts;
pub use prisoners::{PRISONER_UNAVAILABLE, Prisoners};
pub use staff::{STAFF_UNAVAILABLE, Staff};

/// The ports of a command bus. By default every port is [`NotAvailable`].
#[derive(Clone)]
pub struct Ports {
    /// Facts about prisoners.
    pub prisoners: Arc<dyn Prisoners>,
    /// Facts about staff.
    pub staff: Arc<dyn Staff>,
}

impl Default for Ports {
    fn default() -> Self {
        Self {
            prisoners: Arc::new(NotAvailable),
            staff: Arc::new(NotAvailable),
        }
    }
}

/// A port without a service behind it. Its answer names the fact and the service.
#[derive(Debug, Clone, Copy)]
pub struct NotAvailable;

/// An upstream service did not give a fact that a command needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} could not be had from {from}: try again in a moment")]
pub struct FactUnavailable {
    /// Which fact.
    pub what: &'static str,
    /// Which service.
    pub from: &'static str,
}
