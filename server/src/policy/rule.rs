//! What a calculator is: facts in, an answer out.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::Value;

/// A calculator that answers cases.
pub(super) trait PolicyRule: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// The answer to what is given, with the keys of the case's `expect`.
    ///
    /// # Errors
    /// When the facts given are not such as the rule reads.
    fn answer(&self, given: &Value, case: &CaseContext) -> Result<Answer, BadCase>;
}

/// What a case says beside its facts.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct CaseContext {
    /// Which of the rule's questions is asked.
    pub kind: String,
    /// The moment of the question, UTC.
    pub now: Option<DateTime<Utc>>,
    /// The London date of the question.
    #[expect(dead_code, reason = "the rules with calendar dates are files to come")]
    pub today: Option<NaiveDate>,
    /// Which pure function is asked, where a kind has several.
    #[expect(dead_code, reason = "the rules with several functions are files to come")]
    pub function: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    /// With the keys of `expect`.
    pub result: Value,
    /// Where the service answers otherwise than the present one, by decision.
    pub departures: Vec<Departure>,
}

impl From<Value> for Answer {
    fn from(result: Value) -> Self {
        Self {
            result,
            departures: Vec::new(),
        }
    }
}

/// A decision to answer otherwise than the present service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Departure {
    /// The weakness that it solves.
    pub code: &'static str,
    /// The place in the answer's `steps`, from 0, from which on the answer differs because of it.
    pub step: usize,
}

/// A case that a rule cannot answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadCase {
    /// Another rule's case.
    #[error("kind '{kind}' is not answered by this rule: use the rule that the case belongs to")]
    Kind {
        /// The case's kind.
        kind: String,
    },
    /// Facts of another shape.
    #[error("the facts given cannot be read: {0}")]
    Given(serde_json::Error),
    /// A value that the field does not know.
    #[error("'{value}' is not a {name}")]
    Value {
        /// What it should be.
        name: &'static str,
        /// What it is.
        value: String,
    },
}

impl BadCase {
    /// A value that is not what its name says.
    pub(super) fn value(name: &'static str, value: impl Into<String>) -> Self {
        Self::Value {
            name,
            value: value.into(),
        }
    }
}
