//! What the log promises, on real Postgres. Each test has a database of its own.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests fail by panicking"
)]

mod append_only;
mod audited_columns;
mod concurrency;
mod contract;
mod cqrs;
mod damage;
mod failures;
mod follow;
mod inbox;
mod keys;
mod leases;
mod migrations;
mod newest;
mod outbox;
mod personal;
mod reading;
mod support;
mod tampering;
mod way_out;
