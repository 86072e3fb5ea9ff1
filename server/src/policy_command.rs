//! `policy`: answers cases of one rule, or compares two versions of the rules.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, IsTerminal},
    path::Path,
};

use anyhow::Context;
use domain::handover::RulesVersion;

use crate::{
    cli::{Policy, PolicyTask},
    exit::{Ending, Failure},
    policy::{self, Asking, PolicyError},
    say::{nobody_reads, remark},
};

/// Answers the cases of a file or of standard input, or compares two versions of the rules over them.
pub(crate) fn answer(options: &Policy) -> Result<Ending, Failure> {
    let output = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    if let Some(PolicyTask::Diff { old, new, file }) = &options.task {
        let outcome = policy::diff(*old, *new, input(file.as_deref())?, output);
        return ending(outcome.map(|outcome| outcome.unreadable == 0));
    }
    let rule = options.rule.as_deref().unwrap_or_default();
    let asking = Asking {
        rules: options.rules.unwrap_or(RulesVersion::REFERENCE),
        expect: options.expect,
        explain: options.explain,
        name_rules: options.rules.is_some(),
        strict: options.strict,
    };
    let cases = input(options.file.as_deref())?;
    let outcome = policy::run(rule, asking, cases, output);
    ending(outcome.map(|outcome| outcome.holds()))
}

/// Whoever reads our answers may have enough of them before the end, as `head` does.
fn ending(outcome: Result<bool, PolicyError>) -> Result<Ending, Failure> {
    match outcome {
        Ok(true) => Ok(Ending::Done),
        Ok(false) => Ok(Ending::NotSo),
        Err(PolicyError::Io(error)) if nobody_reads(&error) => Ok(Ending::Done),
        Err(error) => Err(Failure::usage(error)),
    }
}

/// A file, or standard input when none is named or its name is `-`.
fn input(file: Option<&Path>) -> Result<Box<dyn BufRead>, Failure> {
    let Some(file) = file.filter(|file| *file != Path::new("-")) else {
        if io::stdin().is_terminal() {
            remark(format_args!(
                "Reading cases from the terminal, one JSON object a line; Ctrl-D ends them."
            ));
        }
        return Ok(Box::new(io::stdin().lock()));
    };
    if file.is_dir() {
        let why = anyhow::anyhow!("{} is a folder: name a file in it", file.display());
        return Err(Failure::Usage(why));
    }
    let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()));
    Ok(Box::new(BufReader::with_capacity(
        1 << 16,
        opened.map_err(Failure::Usage)?,
    )))
}
