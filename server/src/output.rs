//! What commands print. Whoever reads it may have enough before the end, as `head` does: then the rest is left unsaid, and
//! what was begun is finished all the same.

use std::{
    fmt::Arguments,
    io::{self, ErrorKind, Write},
};

use anyhow::Context;

use crate::exit::Failure;

/// Prints a line of the answer.
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

/// Whether writing failed because whoever read has closed their end.
pub(crate) fn is_broken_pipe(error: &io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe
}

/// Prints a line on standard error for whoever looks on; nothing depends on it.
pub fn to_stderr(words: Arguments<'_>) {
    writeln!(io::stderr(), "{words}").ok();
}
