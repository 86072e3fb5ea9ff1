//! The service: configuration, HTTP routes and command line.

// Printing fails when nobody reads any more: `say` is the one place that knows what to do then.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod audit;
pub mod cli;
pub mod clock;
pub mod config;
mod database;
mod doctor;
mod erase;
mod exit;
pub mod http;
mod inbox;
pub mod local;
mod loopback;
mod migrate;
mod outbox;
pub mod policy;
mod policy_command;
mod progress;
mod project;
mod rebuild;
pub mod run;
mod say;
pub mod seed;
mod seed_command;
mod serve;
pub mod service;
mod staff_details;
mod stopping;
pub mod telemetry;
mod token;
mod visible;

pub use database::Database;
pub use exit::{Ending, Failure};
pub use say::remark;
