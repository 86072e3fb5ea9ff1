//! Notices on standard error about work that takes minutes or changes the machine.

use std::{
    fmt::Display,
    io::{self, Write},
};

/// Writes a line to standard error. A test process has no log, and libtest captures what `eprintln!` prints.
pub(crate) fn to_stderr(words: impl Display) {
    // The reader may have closed the pipe.
    drop(writeln!(io::stderr(), "{words}"));
}
