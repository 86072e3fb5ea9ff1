//! Cases one after the other from a stream of either form, none kept longer than it takes to answer it.

use std::{
    borrow::Cow,
    fmt,
    io::{self, BufRead, Read},
};

use chrono::{DateTime, NaiveDate, Utc};
use domain::handover::RulesVersion;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{PolicyError, rule::Question};

/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 16 << 20;

/// A case as written, borrowed from its line. Its facts and its expectation are only delimited, not yet read.
#[derive(Debug, Deserialize)]
pub(super) struct Case<'a> {
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
    pub(super) fn question(&'a self, rules: RulesVersion) -> Question<'a> {
        Question {
            kind: &self.kind,
            function: self.function.as_deref(),
            now: self.now,
            today: self.today,
            given: self.given,
            rules,
        }
    }
}

/// Where a case stands in the input, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A line of JSON lines.
    Line(u64),
    /// A member of a document's `cases`.
    Case(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Case(number) => write!(f, "case {number}"),
        }
    }
}

/// A line or member that is not a case.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoCase {
    /// Not JSON, or not of a case's shape.
    #[error("not a case: {0}")]
    Shape(serde_json::Error),
    /// Cut off.
    #[error("longer than {LONGEST_LINE} bytes")]
    TooLong,
}

/// What is done with each case, or with the reason that it is none.
type Take<'t> = dyn FnMut(Place, Result<Case<'_>, NoCase>) -> io::Result<()> + 't;

/// Hands every case of the input to `take`.
///
/// # Errors
/// When the input is neither form, or reading or `take` fails.
pub(super) fn each_case(mut input: impl BufRead, take: &mut Take<'_>) -> Result<(), PolicyError> {
    let mut line = Vec::new();
    let mut first_met = false;
    for number in 1.. {
        let whole = read_line(&mut input, &mut line)?;
        if line.is_empty() {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        if !first_met && whole && begins_document(&line) {
            return each_of_document(io::Cursor::new(line).chain(input), take);
        }
        first_met = true;
        let case = if whole {
            serde_json::from_slice(&line).map_err(NoCase::Shape)
        } else {
            Err(NoCase::TooLong)
        };
        take(Place::Line(number), case)?;
    }
    Ok(())
}

/// Reads a line, empty at the end of the input, and tells whether it was short enough to be read whole.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    input.by_ref().take(LONGEST_LINE).read_until(b'\n', line)?;
    if line.ends_with(b"\n") || input.fill_buf()?.is_empty() {
        return Ok(true);
    }
    skip_line(input)?;
    Ok(false)
}

/// A document goes on after its first line, which breaks off where more must follow, or is complete with its `cases`.
fn begins_document(line: &[u8]) -> bool {
    match serde_json::from_slice::<Document>(line) {
        Ok(document) => document.cases.is_some(),
        Err(error) => {
            error.is_eof()
                && line
                    .trim_ascii_end()
                    .last()
                    .is_some_and(|last| b"{[,:".contains(last))
        }
    }
}

#[derive(Deserialize)]
struct Document {
    cases: Option<IgnoredAny>,
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let (used, ended) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end.saturating_add(1), true),
            None => (buffer.len(), false),
        };
        input.consume(used);
        if ended {
            return Ok(());
        }
    }
}

fn each_of_document(input: impl Read, take: &mut Take<'_>) -> Result<(), PolicyError> {
    let mut trouble = None;
    let mut deserializer = serde_json::Deserializer::from_reader(io::BufReader::new(input));
    let read = Members {
        take,
        trouble: &mut trouble,
    }
    .deserialize(&mut deserializer)
    .and_then(|()| deserializer.end());
    match (trouble, read) {
        (Some(trouble), _) => Err(PolicyError::Io(trouble)),
        (None, Err(source)) if source.is_io() => Err(PolicyError::Io(source.into())),
        (None, Err(source)) => Err(PolicyError::NotCases {
            line: source.line(),
            source,
        }),
        (None, Ok(())) => Ok(()),
    }
}

/// Reads a document, handing on the members of `cases` as they come. An error of `take` travels beside serde's.
struct Members<'m, 't> {
    take: &'m mut Take<'t>,
    trouble: &'m mut Option<io::Error>,
}

impl<'de> DeserializeSeed<'de> for Members<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Members<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document with a list 'cases'")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut met = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == "cases" && !met {
                met = true;
                map.next_value_seed(Members {
                    take: &mut *self.take,
                    trouble: &mut *self.trouble,
                })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if met {
            Ok(())
        } else {
            Err(serde::de::Error::missing_field("cases"))
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        for number in 1.. {
            let Some(member) = seq.next_element::<Box<RawValue>>()? else {
                break;
            };
            let case = serde_json::from_str(member.get()).map_err(NoCase::Shape);
            if let Err(trouble) = (self.take)(Place::Case(number), case) {
                *self.trouble = Some(trouble);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
