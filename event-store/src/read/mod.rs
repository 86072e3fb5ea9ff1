//! Reading: streams by key, the whole log in order, and the head as it moves.

pub(crate) mod as_of;
pub(crate) mod head_watch;
pub(crate) mod recent_events;
pub(crate) mod row;
pub mod sql;
pub(crate) mod stream_reader;
