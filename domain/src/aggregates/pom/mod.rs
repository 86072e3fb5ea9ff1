//! A prison offender manager at one prison: stream `pom-{prison}-{staff}`. Allocation rules 4.

mod decide;
mod description;
mod events;
mod refusal;
mod state;

#[cfg(test)]
mod tests;

pub use decide::PomCommand;
pub use events::{PomEvent, StaffDetails};
pub use refusal::PomRefusal;
pub use state::Pom;
