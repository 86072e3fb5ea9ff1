//! The output of commands. A reader such as `head` may close the pipe early: the rest is then dropped, and the command still
//! finishes its work.

use std::{
    fmt::Arguments,
    io::{self, ErrorKind, Write},
};

use anyhow::Context;

use crate::exit::Failure;

/// Writes a formatted line to standard output.
macro_rules! output {
    ($($words:tt)*) => { $crate::output::write_line(format_args!($($words)*)) };
}
pub(crate) use output;

/// Prints a line of the answer on standard output; see [`say`].
pub(crate) fn write_line(words: Arguments<'_>) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{words}") {
        Err(error) if is_broken_pipe(&error) => Ok(()),
        written => Ok(written.context("the answer cannot be written to standard output")?),
    }
}

/// Whether writing failed because the reader closed the pipe.
pub(crate) fn is_broken_pipe(error: &io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe
}

/// Writes a line to standard error. A failure is ignored: nothing depends on it.
pub fn to_stderr(words: Arguments<'_>) {
    writeln!(io::stderr(), "{words}").ok();
}
