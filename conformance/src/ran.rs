//! One run over text, and what came of it, for the tests.

use domain::handover::RulesVersion;

use crate::{AnswerOptions, PolicyOutcome, run_reporting};

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) outcome: PolicyOutcome,
    pub(crate) output: String,
    pub(crate) errors: String,
}

/// The run of a rule that exists.
pub(crate) fn run(rule: &str, options: AnswerOptions, input: &str) -> Ran {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let outcome = run_reporting(rule, options, input.as_bytes(), &mut output, &mut errors).unwrap();
    Ran {
        outcome,
        output: String::from_utf8(output).unwrap(),
        errors: String::from_utf8(errors).unwrap(),
    }
}

/// What the present service answers.
pub(crate) fn answered(rule: &str, input: &str) -> Ran {
    run(rule, AnswerOptions::under(RulesVersion::REFERENCE), input)
}

/// How that compares with what the cases expect.
pub(crate) fn compared(rule: &str, input: &str) -> Ran {
    run(rule, comparing(RulesVersion::REFERENCE), input)
}

/// Comparing under these rules.
pub(crate) const fn comparing(rules: RulesVersion) -> AnswerOptions {
    AnswerOptions {
        expect: true,
        ..AnswerOptions::under(rules)
    }
}
