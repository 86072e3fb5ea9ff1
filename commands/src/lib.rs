//! The write side: one bus through which every change enters.
//!
//! An operation (folder `operations`, one file each) is authorised, decided on what the log says, and appended; its
//! caller gets a receipt. Facts from outside come through [`ports`]; messages to other services follow from events in `outgoing`.

pub mod access;
mod bus;
mod context;
mod error;
pub mod operations;
pub mod outgoing;
pub mod ports;
pub mod processes;
mod request;
mod streams;
mod unit_of_work;

pub use bus::{BusOptions, CommandBus};
pub use context::CommandContext;
pub use domain::{NomsNumber, PrisonCode};
pub use error::{CommandError, Refusal};
// What callers of the bus see of the log, so that they need not know it.
pub use event_store::{Actor, ActorKind, Position, ReadError, RecordedEvent};
pub use request::{Done, Operation, Request};
pub use streams::stream_id;
