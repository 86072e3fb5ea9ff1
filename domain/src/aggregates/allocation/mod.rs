//! The allocation of one prisoner to a primary and, if need be, a co-working POM: stream `allocation-{noms}`.

mod announcement;
mod command;
mod decide;
mod description;
mod events;
mod history;
mod outcome;
mod refusal;
mod state;

#[cfg(test)]
mod tests;

pub use announcement::PrimaryChange;
pub use command::{AllocatePrimary, AllocationCommand, Candidate};
pub use events::{AllocationEvent, Ended, Override, PomSnapshot, PrimaryAllocation, RemovalReason};
pub use history::{PomTerm, PomTerms};
pub use outcome::{AllocationEventKind, AllocationTrigger};
pub use refusal::{AllocationRefusal, PomObstacle};
pub use state::{Allocation, AllocationState, Assignment};
