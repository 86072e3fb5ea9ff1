//! The read side against a real database.
#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "tests fail by panicking"
)]

mod as_of;
mod erasure;
mod exactly_once;
mod lists;
mod migrated;
mod model_names;
mod names;
mod paging;
mod poms;
mod primary_keys;
mod rebuild;
mod recent_rows;
mod restored;
mod rewrite;
mod support;
mod upcasting;
