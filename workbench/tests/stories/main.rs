//! What a workbench promises, tried against real servers.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

mod clusters;
mod common;
mod endings;
mod fresh_databases;
mod installs;
mod local_aws;
