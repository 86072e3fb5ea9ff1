//! What upstream services say of a prisoner, recorded only when it changes: stream `prisoner-{noms}`.

mod decide;
mod description;
mod events;
mod facts;
mod omic;
mod refusal;
mod release;
mod state;
mod stated_dates;

#[cfg(test)]
mod tests;

pub use decide::PrisonerCommand;
pub use events::PrisonerEvent;
pub use facts::{PrisonerFacts, SentenceDates};
pub use omic::{OutsidePolicy, adult_on, inside_policy, is_admitted};
pub use refusal::PrisonerRefusal;
pub use release::{EarliestRelease, ReleaseKind};
pub use state::Prisoner;
pub use stated_dates::StatedDates;
