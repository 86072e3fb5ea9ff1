//! The rules of allocating prison offender managers, without I/O, clock or chance: time, ids and facts come in as values.
//!
//! Each aggregate has the same files: `events` (what can happen), `state` (what is so afterwards), `decide` (which
//! events a command leads to) and `refusal` (why not). A reader of one has read all.

pub mod allocation;
pub mod calendar;
pub mod casefile;
mod catalogue;
pub mod cqrs;
pub mod early_allocation;
mod facts;
pub mod handover;
pub mod handover_list;
mod ids;
mod london;
mod moment;
pub mod movement;
pub mod names;
pub mod parole;
mod personal;
pub mod policy;
pub mod pom;
pub mod prisoner;
pub mod recalculation;
pub mod reference;
mod stream;

pub use catalogue::catalogue;
pub use facts::{
    Complexity, InvalidWorkingPattern, LegalStatus, PomPosition, PomStatus, RoshLevel, Tier, UnknownCode,
    WorkingPattern,
};
pub use ids::{InvalidId, NomsNumber, PrisonCode, StaffId};
pub use london::london_date;
pub use moment::Moment;
pub use names::shown_name;
pub use personal::{PERSONAL, Personal};
pub use reference::{Country, Estate, Prison, prison, prisons};
pub use stream::{AnyStream, DataSubject, InvalidStream, PomKey, Stream, StreamKey, Streamed};
