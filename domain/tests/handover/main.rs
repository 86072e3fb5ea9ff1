//! Who is responsible for a case and from which day: each rule and boundary, known answers, and laws.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests fail by panicking"
)]

mod answers;
mod calculation;
mod explanation;
mod given;
mod hearings;
mod laws;
mod memory;
mod open_conditions;
mod overriding;
mod published;
mod release;
mod scope;
mod sentences;
mod versions;
