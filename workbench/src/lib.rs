//! The servers that a laptop lacks: a private Postgres and a local SNS and SQS.
//!
//! Nothing here is for production: the local profile keeps its servers in a data folder, and tests throw
//! theirs away. Every server that is started ends with the process that started it.

mod account;
pub mod audits;
pub mod browser;
mod child_process;
mod environment;
mod error;
mod folders;
pub mod graphiql;
mod install;
mod interruption;
mod lock_file;
pub mod messaging;
mod output;
mod ports;
pub mod postgres;
mod program;
mod random;
mod relocated_dirs;
pub mod testing;

use std::time::Duration;

pub use crate::{error::WorkbenchError, folders::default_tools_dir, interruption::interrupt};

/// How often a condition is checked that nothing announces.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_millis(20);
