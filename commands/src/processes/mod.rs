//! Process managers: rules that react to events and due dates, and never write.
//!
//! A process is a folder: `mod.rs` holds [`Process::react`], a pure function, and `tests.rs` its given, when, then. A process runs once it
//! stands in [`PROCESSES`]. The runner follows the log for it (`event_store::follow`), asks for the facts it wants and sends its
//! commands through the bus. A crash repeats a reaction; the ids of its commands are derived, so the effect is the same.

mod action;
mod error;
mod event;
mod facts;
mod gauges;
mod inactive_pom;
mod options;
mod reaction;
mod runner;

use chrono::{DateTime, Utc};

pub use self::{
    action::{Action, Command},
    event::ProcessEvent,
    facts::{Answer, FactSource, Facts, Question},
    inactive_pom::InactivePom,
    options::ProcessOptions,
    runner::{Processes, ProcessesHandle},
};

/// Every process manager.
pub const PROCESSES: &[&dyn Process] = &[&InactivePom];

/// A process manager.
pub trait Process: Send + Sync {
    /// The name of its checkpoint, its lease, its due dates and its actor. It never changes.
    fn name(&self) -> &'static str;

    /// The names of the events that it reacts to.
    fn event_types(&self) -> &'static [&'static str];

    /// The actions that a trigger calls for. `facts` holds the answers to what it has asked for so far.
    fn react(&self, facts: &Facts, trigger: Trigger<'_>, now: DateTime<Utc>) -> Vec<Action>;
}

/// What a process reacts to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Trigger<'a> {
    /// An event was recorded.
    Recorded(&'a ProcessEvent),
    /// A due date has come.
    Due {
        /// The key for which it was set.
        key: &'a str,
        /// The event that it goes back to.
        event: &'a ProcessEvent,
    },
}
