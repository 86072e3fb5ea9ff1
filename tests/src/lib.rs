//! What the stories, contracts and faults of this crate share.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "whatever fails here fails a test, and tests fail by panicking"
)]

pub mod contracts;
pub mod delivery;
pub mod documents;
pub mod follow;
pub mod people;
mod queues;
pub mod raw;
pub mod stage;
pub mod valve;
pub mod waiting;

pub use delivery::Delivery;
pub use stage::{Answered, Stage};
pub use waiting::eventually;
