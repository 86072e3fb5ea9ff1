//! The small rules and values of the field, and the contract of the log.
#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod calendar;
mod codes;
mod early_allocation;
mod handover_list;
mod ids;
mod movement;
mod names;
mod overriding;
mod parole;
mod personal;
mod recommendation;
mod schema;
