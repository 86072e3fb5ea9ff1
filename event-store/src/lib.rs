//! The append-only log on Postgres: everything that ever happened, in one order, each fact once, and provably unchanged.
//!
//! The way in is [`Log::append`]; the ways out are [`Log::read_streams`] (one subject's past) and [`Log::read_after`]
//! (everything in order). [`PostgresLog`] is the log of the service, [`MemoryLog`] the same contract without a database.

mod append;
mod event;
mod log;
mod position;
mod stream;

pub use append::{
    Announcement, AppendError, AppendRequest, Compose, Expected, Placed, Receipt, StreamWrite,
};
pub use event::{Actor, ActorKind, DecodeError, Metadata, NewEvent, RecordedEvent};
pub use log::{Log, ReadError};
pub use position::Position;
pub use stream::{InvalidStreamId, StreamId};
