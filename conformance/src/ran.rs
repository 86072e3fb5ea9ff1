//! One run over text, and what came of it, for the tests.

use domain::handover::RulesVersion;

use crate::{Asking, PolicyOutcome, run_complaining};

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) outcome: PolicyOutcome,
    pub(crate) output: String,
    pub(crate) complaints: String,
}

/// The run of a rule that exists.
pub(crate) fn run(rule: &str, asking: Asking, input: &str) -> Ran {
    let (mut output, mut complaints) = (Vec::new(), Vec::new());
    let outcome = run_complaining(rule, asking, input.as_bytes(), &mut output, &mut complaints).unwrap();
    Ran {
        outcome,
        output: String::from_utf8(output).unwrap(),
        complaints: String::from_utf8(complaints).unwrap(),
    }
}

/// What the present service answers.
pub(crate) fn answered(rule: &str, input: &str) -> Ran {
    run(rule, Asking::under(RulesVersion::REFERENCE), input)
}

/// How that compares with what the cases expect.
pub(crate) fn compared(rule: &str, input: &str) -> Ran {
    run(rule, comparing(RulesVersion::REFERENCE), input)
}

/// Comparing under these rules.
pub(crate) const fn comparing(rules: RulesVersion) -> Asking {
    Asking {
        expect: true,
        ..Asking::under(rules)
    }
}
