//! From events to the messages that other services get: pure, one file per message.

mod allocation_changed;
mod links;

pub use allocation_changed::{AllocationChanged, announce_allocation, contract_digest};
pub use links::{InvalidBase, Links};
