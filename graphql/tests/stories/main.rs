//! What clients see, on a real database.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests fail by panicking"
)]
#![expect(clippy::disallowed_methods, reason = "here requests begin: the time is now")]

mod access;
mod allocating;
mod cost;
mod disclosure;
mod documents;
mod following;
mod reading;
mod repeating;
mod transport;
mod walk;
mod world;
