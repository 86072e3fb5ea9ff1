//! The read side against a real database.

mod exactly_once;
mod lists;
mod paging;
mod past;
mod poms;
mod rebuild;
mod support;
