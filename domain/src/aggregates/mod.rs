//! The aggregates: what is decided, and what is recorded of it.
//!
//! Each has the same files: `events` (what can happen), `state` (what the events add up to), `decide` (the events that a command
//! leads to) and `refusal` (why a command is refused).

mod cqrs;
mod event_enum;

pub mod allocation;
pub mod case;
pub mod pom;
pub mod prisoner;

pub(crate) use event_enum::events;
pub use event_enum::{EventEnum, EventType};

/// The table of aggregates, given to a macro that makes something of it: the module, the state, the category of the streams, the
/// type of their keys, the commands, the events and the refusals.
macro_rules! for_each_aggregate {
    ($with:ident) => {
        $with! {
            allocation::Allocation("allocation", NomsNumber, AllocationCommand, AllocationEvent, AllocationRefusal),
            case::Case("case", NomsNumber, CaseCommand, CaseEvent, CaseRefusal),
            pom::Pom("pom", PomKey, PomCommand, PomEvent, PomRefusal),
            prisoner::Prisoner("prisoner", NomsNumber, PrisonerCommand, PrisonerEvent, PrisonerRefusal),
        }
    };
}
pub(crate) use for_each_aggregate;
