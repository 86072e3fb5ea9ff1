//! The program as people run it, and the estates that it makes.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod command_line;
mod program;
mod seeding;
