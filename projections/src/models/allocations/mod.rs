//! Allocations: who has which case, what happened last, and who had it before. Other services rely on it.

mod contract;
mod fold;
mod queries;
mod rows;

pub use contract::{Contract, ContractAllocation, ContractPom};
pub use queries::AllocationView;

pub(crate) use fold::AllocationRow;
pub(crate) use queries::view_in_join;
