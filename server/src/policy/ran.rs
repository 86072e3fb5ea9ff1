//! One run over text, and what came of it, for the tests.

use domain::handover::RulesVersion;

use super::{Asking, PolicyOutcome, run_complaining};

/// What came of a run.
pub(super) struct Ran {
    pub(super) outcome: PolicyOutcome,
    pub(super) output: String,
    pub(super) complaints: String,
}

/// The run of a rule that exists.
pub(super) fn run(rule: &str, asking: Asking, input: &str) -> Ran {
    let (mut output, mut complaints) = (Vec::new(), Vec::new());
    let outcome = run_complaining(rule, asking, input.as_bytes(), &mut output, &mut complaints).unwrap();
    Ran {
        outcome,
        output: String::from_utf8(output).unwrap(),
        complaints: String::from_utf8(complaints).unwrap(),
    }
}

/// What the present service answers.
pub(super) fn answered(rule: &str, input: &str) -> Ran {
    run(rule, Asking::under(RulesVersion::REFERENCE), input)
}

/// How that compares with what the cases expect.
pub(super) fn compared(rule: &str, input: &str) -> Ran {
    run(rule, comparing(RulesVersion::REFERENCE), input)
}

/// Comparing under these rules.
pub(super) const fn comparing(rules: RulesVersion) -> Asking {
    Asking {
        expect: true,
        ..Asking::under(rules)
    }
}
