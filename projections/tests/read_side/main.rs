//! The read side against a real database.
#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "tests fail by panicking"
)]

mod erasure;
mod exactly_once;
mod fresh;
mod lists;
mod migrated;
mod names;
mod paging;
mod past;
mod poms;
mod primary_keys;
mod rebuild;
mod restored;
mod rewrite;
mod support;
