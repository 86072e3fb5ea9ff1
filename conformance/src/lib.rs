//! Answers cases of each rule as JSON lines, compares the answers with expected ones, and compares two versions of the rules.

mod answering;
mod case;
mod cases;
mod comparing;
mod difference;
mod document;
mod given;
mod help;
mod reading;
mod rule;
mod rules;
mod strictness;
mod text;

#[cfg(test)]
mod casework_tests;
#[cfg(test)]
mod comparing_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod printing;
#[cfg(test)]
mod printing_tests;
#[cfg(test)]
mod ran;
#[cfg(test)]
mod tests;

use std::io::{self, BufRead, Write};

pub use domain::handover::RulesVersion;

use self::rules::RULES;
pub use self::{
    help::{rules_and_versions, versions},
    rules::rule_names,
};

/// How cases are answered.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what is asked for on the command line, each by itself"
)]
pub struct AnswerOptions {
    /// The version of the rules.
    pub rules: RulesVersion,
    /// Compare with what the cases expect, instead of printing the answers.
    pub expect: bool,
    /// Add an explanation in words, where the rule has one.
    pub explain: bool,
    /// Name the rules in each answer.
    pub name_rules: bool,
    /// Report members that the rule does not read, and two times that disagree.
    pub strict: bool,
}

impl AnswerOptions {
    /// Options for answers under these rules alone.
    #[must_use]
    pub const fn under(rules: RulesVersion) -> Self {
        Self {
            rules,
            expect: false,
            explain: false,
            name_rules: false,
            strict: false,
        }
    }
}

/// How many cases ended how. Without expectations, `passed` counts the cases answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PolicyOutcome {
    /// Answered, and as expected.
    pub passed: u64,
    /// Answered otherwise than expected.
    pub failed: u64,
    /// Answered otherwise than expected, by a decision that the answer names.
    pub deviations: u64,
    /// Lines or cases that could not be read; each was reported.
    pub unreadable: u64,
}

impl PolicyOutcome {
    /// Whether every case could be read, and answered as expected or as decided.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.failed == 0 && self.unreadable == 0
    }
}

/// How many cases two versions of the rules answer alike, and how many differently.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DiffOutcome {
    /// Answered alike.
    pub same: u64,
    /// Answered differently.
    pub changed: u64,
    /// Lines or cases that could not be read; each was reported.
    pub unreadable: u64,
}

/// Why a run ended before its cases did.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// No calculator of that name.
    #[error("there is no rule '{rule}': use one of {}", rule_names().collect::<Vec<_>>().join(", "))]
    UnknownRule {
        /// What was asked for.
        rule: String,
    },
    /// The input is a document, and not one of cases.
    #[error(
        "the input is neither JSON lines nor a document with a list 'cases' (line {line}): give one of the two"
    )]
    NotCases {
        /// Where reading stopped.
        line: usize,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// Input or output failed.
    #[error("the cases could not be read, or the answers not written")]
    Io(#[from] io::Error),
}

/// Answers each case of `input` (JSON lines, or a document `{"cases": […]}`) with the rule of that name. Writes a line
/// `{"id", "result"}` a case; with `explain` it also has an `explanation` of answers to `handover`, with `name_rules` it has
/// the name of the `rules`. With `strict` a case that says more than the rule reads is not answered. With `expect` writes the differences from what the cases expect instead, and a count. A case
/// that cannot be read is reported on standard error, and the others go on.
///
/// # Errors
/// When there is no such rule, the input is not made of cases, or reading or writing fails.
pub fn run(
    rule: &str,
    options: AnswerOptions,
    input: impl BufRead,
    output: impl Write,
) -> Result<PolicyOutcome, PolicyError> {
    run_reporting(rule, options, input, output, io::stderr())
}

fn run_reporting(
    rule: &str,
    options: AnswerOptions,
    input: impl BufRead,
    output: impl Write,
    errors: impl Write,
) -> Result<PolicyOutcome, PolicyError> {
    let rule = RULES
        .iter()
        .find(|known| known.name() == rule)
        .ok_or_else(|| PolicyError::UnknownRule {
            rule: rule.to_owned(),
        })?;
    answering::Run::new(*rule, options, output, errors).all(input)
}

/// Answers each case of `input` under both versions, by the rule of its kind, and writes those that are answered
/// differently, grouped by the deviation that makes them so.
///
/// # Errors
/// When the input is not made of cases, or reading or writing fails.
pub fn diff(
    old: RulesVersion,
    new: RulesVersion,
    input: impl BufRead,
    output: impl Write,
) -> Result<DiffOutcome, PolicyError> {
    comparing::Comparison::new(RULES, old, new, output, io::stderr()).all(input)
}
