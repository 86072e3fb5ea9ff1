//! POMs at a prison: their profile, and counts of their cases.

mod cases;
mod fold;
mod queries;
mod rows;

pub use queries::{PomCounters, PomGroup, PomView};

pub(crate) use fold::PomRow;
