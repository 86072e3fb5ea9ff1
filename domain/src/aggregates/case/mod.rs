//! Case information of one prisoner, each field with its source: stream `case-{noms}`.

mod decide;
mod description;
mod events;
mod lapse;
mod refusal;
mod state;

#[cfg(test)]
mod tests;

pub use decide::CaseCommand;
pub use events::{CaseEvent, CaseInformation, InformationSource};
pub use lapse::{complexity_lapses_on_legal_status, complexity_lapses_on_release};
pub use refusal::CaseRefusal;
pub use state::{Case, MissingInformation};
