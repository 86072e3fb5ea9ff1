//! `policy`: answers cases of one rule, or compares two versions of the rules.

use clap::{Args, Subcommand};
use conformance::{AnswerOptions, PolicyError, RulesVersion, rules_and_versions, versions};
use std::path::PathBuf;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, IsTerminal},
    path::Path,
};

use anyhow::Context;

use crate::{
    exit::{Ending, Failure},
    output::{is_broken_pipe, to_stderr},
};

/// `policy`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = rules_and_versions()
)]
pub struct PolicyArgs {
    /// Another task than answering.
    #[command(subcommand)]
    pub task: Option<PolicyTask>,
    /// The rule, by its name below.
    #[arg(required = true)]
    pub rule: Option<String>,
    /// The file of cases; standard input by default.
    pub file: Option<PathBuf>,
    /// Compare each answer with the case's `expect`; exit code 1 on a difference.
    #[arg(long)]
    pub expect: bool,
    /// The version of the rules to answer by; 'reference' by default. If given, each answer names it.
    #[arg(long)]
    pub rules: Option<RulesVersion>,
    /// Add an explanation in words to each answer of 'handover'.
    #[arg(long, conflicts_with = "expect")]
    pub explain: bool,
    /// Report each member of `given` that the rule does not read, and a `now` that is not on the London day `today`.
    #[arg(long)]
    pub strict: bool,
}

/// The other tasks of `policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyTask {
    /// List the cases that two versions of the rules answer differently, by the deviation that causes it.
    #[command(after_help = versions())]
    Diff {
        /// The first version.
        old: RulesVersion,
        /// The second version.
        new: RulesVersion,
        /// The file of cases; standard input by default.
        file: Option<PathBuf>,
    },
}

/// Answers the cases of a file or of standard input, or compares two versions of the rules over them.
pub(super) fn run(args: &PolicyArgs) -> Result<Ending, Failure> {
    let output = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    if let Some(PolicyTask::Diff { old, new, file }) = &args.task {
        let outcome = conformance::diff(*old, *new, input(file.as_deref())?, output);
        return ending(outcome.map(|outcome| outcome.unreadable == 0));
    }
    let rule = args.rule.as_deref().unwrap_or_default();
    let options = AnswerOptions {
        rules: args.rules.unwrap_or(RulesVersion::REFERENCE),
        expect: args.expect,
        explain: args.explain,
        name_rules: args.rules.is_some(),
        strict: args.strict,
    };
    let cases = input(args.file.as_deref())?;
    let outcome = conformance::run(rule, options, cases, output);
    ending(outcome.map(|outcome| outcome.holds()))
}

/// The result of the command. A reader such as `head` may close the pipe early.
fn ending(outcome: Result<bool, PolicyError>) -> Result<Ending, Failure> {
    match outcome {
        Ok(true) => Ok(Ending::Done),
        Ok(false) => Ok(Ending::NotSo),
        Err(PolicyError::Io(error)) if is_broken_pipe(&error) => Ok(Ending::Done),
        Err(error) => Err(Failure::usage(error)),
    }
}

/// A file, or standard input when none is named or its name is `-`.
fn input(file: Option<&Path>) -> Result<Box<dyn BufRead>, Failure> {
    let Some(file) = file.filter(|file| *file != Path::new("-")) else {
        if io::stdin().is_terminal() {
            to_stderr(format_args!(
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use conformance::{rules_and_versions, versions};

    use crate::cli::Cli;

    #[test]
    fn the_help_ends_with_every_rule_and_every_version() {
        let mut cli = Cli::command();
        let policy = cli.find_subcommand_mut("policy").unwrap();
        let help = policy.render_help().to_string();
        assert!(help.trim_end().ends_with(&rules_and_versions()), "{help}");
        let diff = policy.find_subcommand_mut("diff").unwrap();
        let help = diff.render_help().to_string();
        assert!(help.trim_end().ends_with(&versions()), "{help}");
    }
}
