//! `policy`: answers cases of one rule.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter},
};

use anyhow::Context;

use crate::{
    cli::Policy,
    exit::{Ending, Failure},
    policy,
};

/// Answers the cases of a file or of standard input.
pub(crate) fn answer(options: &Policy) -> Result<Ending, Failure> {
    let input: Box<dyn BufRead> = match &options.file {
        Some(file) => {
            let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()));
            Box::new(BufReader::new(opened.map_err(Failure::Usage)?))
        }
        None => Box::new(io::stdin().lock()),
    };
    let output = BufWriter::new(io::stdout().lock());
    let outcome = policy::run(&options.rule, input, output, options.expect).map_err(Failure::usage)?;
    Ok(if outcome.holds() {
        Ending::Done
    } else {
        Ending::NotSo
    })
}
