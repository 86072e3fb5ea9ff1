//! The rules of allocating prison offender managers, without I/O, clock or chance: time, ids and facts come in as values.

mod aggregates;
mod description;
mod event;
pub mod reference;
mod rules;
mod stream;
mod upcast;
mod values;

pub use aggregates::*;
pub use description::{CaseBefore, Description, Detail};
pub use event::{CatalogueEntry, DomainEvent, StoredEvent, UndecodableEvent, catalogue, decode};
pub use reference::{Country, Estate, Prison, prison, prisons};
pub use rules::{early_allocation, handover, handover_list, movement, parole, policy, recalculation};
pub use stream::{AnyStream, DataSubject, InvalidStream, PomKey, Stream, StreamKey, Streamed};
pub use upcast::{UPCASTERS, Upcaster};
pub use values::{
    Complexity, InvalidId, InvalidWorkingPattern, LegalStatus, Moment, NomsNumber, PERSONAL, Personal,
    PomPosition, PomStatus, PrisonCode, RoshLevel, StaffId, Tier, UnknownCode, WorkingPattern, calendar,
    london_date, names, shown_name,
};
pub(crate) use values::{coded, london};
