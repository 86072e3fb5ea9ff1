//! Where an answer is not the expected one.

use std::fmt;

use serde_json::Value;

/// A place at which two JSON values differ.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Difference {
    path: Vec<Segment>,
    expected: Option<Value>,
    got: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Key(String),
    Index(usize),
}

impl Difference {
    /// The same as a change from one to the other.
    pub(crate) fn as_change(&self) -> Change<'_> {
        Change(self)
    }

    /// Whether this answer says the same at that place as the one that differs.
    pub(crate) fn is_made_in(&self, answer: &Value) -> bool {
        let there = self.path.iter().try_fold(answer, |value, segment| match segment {
            Segment::Key(key) => value.get(key),
            Segment::Index(index) => value.get(index),
        });
        there == self.got.as_ref()
    }

    /// Which of the answer's `steps` it lies in, from 0.
    pub(crate) fn step(&self) -> Option<usize> {
        match self.path.as_slice() {
            [Segment::Key(key), Segment::Index(step), ..] if key == "steps" => Some(*step),
            _ => None,
        }
    }
}

/// Every difference, in the order of the expectation.
pub(crate) fn differences(expected: &Value, got: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(&mut Vec::new(), Some(expected), Some(got), &mut found);
    found
}

fn compare(
    path: &mut Vec<Segment>,
    expected: Option<&Value>,
    got: Option<&Value>,
    found: &mut Vec<Difference>,
) {
    match (expected, got) {
        (Some(Value::Object(wanted)), Some(Value::Object(given))) => {
            let extra = given.keys().filter(|key| !wanted.contains_key(*key));
            for key in wanted.keys().chain(extra) {
                path.push(Segment::Key(key.clone()));
                compare(path, wanted.get(key), given.get(key), found);
                path.pop();
            }
        }
        (Some(Value::Array(wanted)), Some(Value::Array(given))) => {
            for index in 0..wanted.len().max(given.len()) {
                path.push(Segment::Index(index));
                compare(path, wanted.get(index), given.get(index), found);
                path.pop();
            }
        }
        _ if expected == got => {}
        _ => found.push(Difference {
            path: path.clone(),
            expected: expected.cloned(),
            got: got.cloned(),
        }),
    }
}

impl Difference {
    fn write_path(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, segment) in self.path.iter().enumerate() {
            match segment {
                Segment::Key(key) if place == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        if self.path.is_empty() {
            f.write_str("(the whole answer)")?;
        }
        Ok(())
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_path(f)?;
        write!(
            f,
            ": expected {}, got {}",
            Shown(self.expected.as_ref()),
            Shown(self.got.as_ref())
        )
    }
}

/// A difference as a change: what was, and what is.
pub(crate) struct Change<'d>(&'d Difference);

impl fmt::Display for Change<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_path(f)?;
        write!(
            f,
            " was {}, is {}",
            Shown(self.0.expected.as_ref()),
            Shown(self.0.got.as_ref())
        )
    }
}

struct Shown<'a>(Option<&'a Value>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(value) => value.fmt(f),
            None => f.write_str("nothing"),
        }
    }
}
