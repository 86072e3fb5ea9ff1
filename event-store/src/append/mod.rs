//! Appending: a request is prepared in its caller's task, planned and written by the one writer.
//!
//! `prepare` does everything that needs no place in the log, `plan` gives places, `pipeline` groups requests into commits, and
//! `statement` writes a group.

pub(crate) mod pipeline;
pub(crate) mod plan;
pub(crate) mod prepare;
pub(crate) mod request;
pub(crate) mod statement;
