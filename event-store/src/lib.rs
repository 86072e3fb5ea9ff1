//! The append-only log on Postgres: everything that ever happened, in one order, each fact once, chained by hashes.
//!
//! The way in is [`Log::append`]; the ways out are [`Log::read_streams`] (one subject's past) and [`Log::read_after`]
//! (everything in order). [`PostgresLog`] is the log of the service, [`MemoryLog`] the same contract without a database.

mod append;
pub mod audit;
mod canonical;
mod chain;
mod cqrs;
mod database;
mod event;
pub mod follow;
pub mod inbox;
mod log;
mod memory;
pub mod outbox;
mod personal;
mod position;
mod postgres;
mod read;
mod stream;

pub use append::request::{
    Announcement, AppendError, AppendRequest, Compose, Expected, Outcome, Placed, Receipt, StreamWrite,
};
pub use cqrs::{CqrsStore, Loaded};
pub use database::{
    connect::{ConnectError, ConnectOptions, connect},
    lease::Lease,
    migrate::{MigrateError, migrate, migrate_or_look},
    status::DatabaseStatus,
};
pub use event::{Actor, ActorKind, DecodeError, Metadata, NewEvent, RecordedEvent};
pub use log::{Log, ReadError};
pub use memory::{MemoryLog, Outgoing};
pub use personal::{
    all_keys::AllKeys,
    keyring::{Erasure, Keyring, KeyringError},
    seal::{InvalidMasterKey, MasterKey},
};
pub use position::Position;
pub use postgres::PostgresLog;
pub use read::sql;
pub use stream::{InvalidStreamId, StreamId};
