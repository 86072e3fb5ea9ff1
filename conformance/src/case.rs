//! A case as written, and its position in the input.

use std::{borrow::Cow, fmt, io};

use chrono::{DateTime, NaiveDate, Utc};
use domain::handover::RulesVersion;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    reading::{self, ShapeError},
    rule::Question,
};

/// The longest line that is read, in bytes.
pub(crate) const MAX_LINE_BYTES: u64 = 16 << 20;

/// A case as written, borrowed from its line. Its facts and its expected answer are not parsed yet.
#[derive(Debug, Deserialize)]
pub(crate) struct Case<'a> {
    /// Its name.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Which of the rule's questions is asked.
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    /// Which pure function is asked, where a kind has several.
    #[serde(borrow)]
    pub function: Option<Cow<'a, str>>,
    /// The moment of the question, UTC.
    pub now: Option<DateTime<Utc>>,
    /// The London date of the question.
    pub today: Option<NaiveDate>,
    /// The facts.
    #[serde(borrow)]
    pub given: &'a RawValue,
    /// The answer, where it is known.
    #[serde(borrow)]
    pub expect: Option<&'a RawValue>,
}

impl<'a> Case<'a> {
    /// The question that it asks, under these rules.
    pub(crate) fn question(&'a self, rules: RulesVersion) -> Question<'a> {
        Question {
            kind: &self.kind,
            function: self.function.as_deref(),
            now: self.now,
            today: self.today,
            given: self.given,
            rules,
            unread: None,
        }
    }
}

/// The position of a case in the input, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CasePosition {
    /// A line of JSON lines.
    Line(u64),
    /// A member of a document's `cases`.
    Case(u64),
}

impl fmt::Display for CasePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Case(number) => write!(f, "case {number}"),
        }
    }
}

/// A line or member that is not a case.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CaseError {
    /// Not JSON, or not of a case's shape.
    #[error("not a case: {0}")]
    Shape(ShapeError),
    /// Not text.
    #[error("not a case: it is not written in UTF-8")]
    NotText,
    /// Cut off.
    #[error("longer than {MAX_LINE_BYTES} bytes")]
    TooLong,
}

/// Receives each case, or the reason why a line or member is none.
pub(crate) type Take<'t> = dyn FnMut(CasePosition, Result<Case<'_>, CaseError>) -> io::Result<()> + 't;

/// Reads one case.
pub(crate) fn read_case(text: &[u8]) -> Result<Case<'_>, CaseError> {
    let text = str::from_utf8(text).map_err(|_| CaseError::NotText)?;
    reading::read_case(text).map_err(CaseError::Shape)
}
