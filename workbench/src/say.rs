//! What the person in front of the machine is told at once, because it takes minutes or changes something.

use std::{
    fmt::Display,
    io::{self, Write},
};

/// Says it on standard error: a test process has no log, and libtest keeps what `eprintln!` prints to itself.
pub(crate) fn say(words: impl Display) {
    // Perhaps nobody listens.
    drop(writeln!(io::stderr(), "{words}"));
}
