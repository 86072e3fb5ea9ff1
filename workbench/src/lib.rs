//! The servers that a laptop lacks: a private Postgres and a local SNS and SQS.
//!
//! Nothing here is for production: the local profile keeps its servers in a data folder, and tests throw
//! theirs away. Every server that is started ends with the process that started it.

mod account;
pub mod audits;
pub mod browser;
mod children;
mod elsewhere;
mod error;
mod folders;
pub mod graphiql;
mod install;
mod interruption;
pub mod messaging;
mod ports;
pub mod postgres;
mod program;
mod random;
mod say;
pub mod testing;

pub use crate::{error::WorkbenchError, folders::default_tools_dir, interruption::interrupt};
