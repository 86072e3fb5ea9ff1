//! The service: configuration, HTTP routes and command line.

// Printing fails when the reader has closed the pipe: only `output` handles that.
#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod cli;
pub mod clock;
pub mod config;
mod database;
mod exit;
pub mod http;
pub mod local;
mod loopback;
mod output;
mod processes;
mod progress;
pub mod seed;
pub mod service;
mod shutdown;
mod staff_details;
pub mod telemetry;

pub use database::{Database, Target};
pub use exit::{Ending, Failure};
pub use output::to_stderr;
