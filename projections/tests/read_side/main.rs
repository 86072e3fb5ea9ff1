//! The read side against a real database.

mod exactly_once;
mod support;
