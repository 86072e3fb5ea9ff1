//! What commands print. Whoever reads it may have enough before the end, as `head` does: then the rest is left unsaid, and
//! what was begun is finished all the same.

use std::{
    fmt::Arguments,
    io::{self, ErrorKind, Write},
};

use anyhow::Context;

use crate::exit::Failure;

/// Prints a line of the answer.
macro_rules! say {
    ($($words:tt)*) => { $crate::output::line(format_args!($($words)*)) };
}
pub(crate) use say;

/// Prints a line of the answer on standard output; see [`say`].
pub(crate) fn line(words: Arguments<'_>) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{words}") {
        Err(error) if nobody_reads(&error) => Ok(()),
        written => Ok(written.context("the answer cannot be written to standard output")?),
    }
}

/// Whether writing failed because whoever read has closed their end.
pub(crate) fn nobody_reads(error: &io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe
}

/// Prints a line on standard error for whoever looks on; nothing depends on it.
pub fn remark(words: Arguments<'_>) {
    writeln!(io::stderr(), "{words}").ok();
}
