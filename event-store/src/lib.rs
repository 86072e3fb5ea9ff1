//! The append-only log on Postgres: everything that ever happened, in one order, each fact once, chained by hashes.
//!
//! The way in is [`Log::append`]; the ways out are [`Log::read_streams`] (one subject's past) and [`Log::read_after`]
//! (everything in order). [`PostgresLog`] is the log of the service, [`MemoryLog`] the same contract without a database.

mod all_keys;
mod append;
mod as_of;
pub mod audit;
mod canonical;
mod chain;
mod connect;
mod cqrs;
mod database_status;
mod db_failure;
mod event;
mod grants;
mod head_watch;
pub mod inbox;
mod keyring;
mod lease;
mod log;
mod memory;
mod migrate;
pub mod outbox;
mod pipeline;
mod plan;
mod position;
mod postgres;
mod prepare;
mod reader;
mod recent_events;
mod row;
mod seal;
mod session;
pub mod sql;
mod statement;
mod stream;
mod unseal;

pub use all_keys::AllKeys;
pub use append::{
    Announcement, AppendError, AppendRequest, Compose, Expected, Outcome, Placed, Receipt, StreamWrite,
};
pub use connect::{ConnectError, ConnectOptions, connect};
pub use cqrs::{CqrsStore, Loaded};
pub use database_status::DatabaseStatus;
pub use event::{Actor, ActorKind, DecodeError, Metadata, NewEvent, RecordedEvent};
pub use keyring::{Erasure, Keyring, KeyringError};
pub use lease::Lease;
pub use log::{Log, ReadError};
pub use memory::{MemoryLog, Outgoing};
pub use migrate::{MigrateError, migrate, migrate_or_look};
pub use position::Position;
pub use postgres::PostgresLog;
pub use seal::{InvalidMasterKey, MasterKey};
pub use stream::{InvalidStreamId, StreamId};
