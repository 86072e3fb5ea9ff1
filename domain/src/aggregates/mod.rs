//! The aggregates: what is decided, and what is recorded of it.
//!
//! Each has the same files: `events` (what can happen), `state` (what the events add up to), `decide` (the events that a command
//! leads to) and `refusal` (why a command is refused).

pub mod allocation;
pub mod case;
pub mod pom;
pub mod prisoner;
