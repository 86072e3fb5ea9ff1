//! The program as people run it, and the estates that it makes.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
#![expect(clippy::disallowed_methods, reason = "here requests begin: the time is now")]

mod command_line;
mod mistakes;
mod outrun;
mod parked_messages;
mod program;
mod seeding;
