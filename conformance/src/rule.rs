//! The trait of a rule: facts in, an answer out.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::{Moment, handover::RulesVersion};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::reading::{self, FactPath, Facts, ShapeError, Unread};

/// A calculator that answers cases.
pub(crate) trait PolicyRule: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// The kinds of case that it answers.
    fn kinds(&self) -> &'static [&'static str];

    /// The rules under which a question of one of its kinds is answered: those asked for, unless a case may say more
    /// closely which ones `reference` are.
    ///
    /// # Errors
    /// When the facts given are not such as the rule reads.
    fn rules(&self, question: &Question<'_>) -> Result<RulesVersion, BadCase> {
        Ok(question.rules)
    }

    /// Answers a question of one of its kinds.
    ///
    /// # Errors
    /// When the facts given are not such as the rule reads.
    fn answer(&self, question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase>;
}

/// What is asked of a calculator. Everything is borrowed from the line on which the case stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    /// Which of the rule's questions.
    pub kind: &'a str,
    /// Which pure function is asked, where a kind has several.
    pub function: Option<&'a str>,
    /// The moment of the question, UTC.
    pub now: Option<DateTime<Utc>>,
    /// The London date of the question, where no moment is given.
    pub today: Option<NaiveDate>,
    /// The facts, not yet read.
    pub given: &'a RawValue,
    /// The rules under which to answer.
    pub rules: RulesVersion,
    /// Collects the members of the facts that are not read, in strict mode.
    pub unread: Option<&'a Unread>,
}

impl<'a> Question<'a> {
    /// The facts given, as the rule reads them.
    ///
    /// # Errors
    /// When they are of another shape.
    pub(crate) fn given<T: Facts<'a>>(&self) -> Result<T, BadCase> {
        self.part(FactPath::Given, self.given)
    }

    /// An object among the facts given, as the rule reads it.
    ///
    /// # Errors
    /// When it is of another shape.
    pub(crate) fn part<T: Facts<'a>>(&self, place: FactPath, text: &'a RawValue) -> Result<T, BadCase> {
        Ok(match self.unread {
            None => reading::read(place, text)?,
            Some(unread) => unread.read(place, text)?,
        })
    }

    /// The moment of the question; noon where only the day is said.
    ///
    /// # Errors
    /// When neither is said.
    pub(crate) fn moment(&self) -> Result<Moment, BadCase> {
        let noon = || Some(self.today?.and_time(NaiveTime::from_hms_opt(12, 0, 0)?).and_utc());
        self.now.or_else(noon).map(Moment::new).ok_or(BadCase::NoMoment)
    }
}

/// An answer: its text, its explanation and its deviations. The buffer is reused for each case.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    text: Vec<u8>,
    explained: bool,
    explanation: Option<String>,
    /// Where the service answers otherwise than the present one, by decision.
    pub deviations: Vec<StepDeviation>,
}

impl Reply {
    /// One that keeps why, where the rule says it.
    pub(crate) fn explained() -> Self {
        Self {
            explained: true,
            ..Self::default()
        }
    }

    /// Sets the explanation; formatted only when it was asked for.
    pub(crate) fn explain(&mut self, why: impl fmt::Display) {
        self.explanation = self.explained.then(|| why.to_string());
    }

    /// Why, in words.
    pub(crate) fn explanation(&self) -> Option<&str> {
        self.explanation.as_deref()
    }

    /// Sets the answer, with the keys of the case's `expect`.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub(crate) fn say(&mut self, result: &impl Serialize) -> Result<(), BadCase> {
        self.text.clear();
        serde_json::to_writer(&mut self.text, result).map_err(BadCase::Answer)
    }

    /// The answer as JSON text.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Clears the answer and keeps its memory.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.explanation = None;
        self.deviations.clear();
    }
}

/// A decision to deviate from the present service, from one step of an answer on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StepDeviation {
    /// The weakness that it solves.
    pub code: &'static str,
    /// The place in the answer's `steps`, from 0, from which on the answer differs because of it.
    pub step: usize,
}

/// A case that a rule cannot answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadCase {
    /// Another rule's case.
    #[error("kind '{kind}' is not answered by this rule: ask {answered_by}")]
    Kind {
        /// The case's kind.
        kind: String,
        /// The rules that answer it.
        answered_by: String,
    },
    /// No rule's case.
    #[error("kind '{kind}' is not answered by any rule: correct it")]
    NoKind {
        /// The case's kind.
        kind: String,
    },
    /// Facts of another shape.
    #[error(transparent)]
    Given(#[from] ShapeError),
    /// A question without a time.
    #[error("it says neither 'now' nor 'today': this question needs one of them")]
    NoMoment,
    /// Facts that would be passed over.
    #[error("{} read by this rule: correct the name or leave it out", are_not(paths))]
    Unread {
        /// Where they stand.
        paths: Vec<String>,
    },
    /// Two times.
    #[error("'now' is on {day} in London, and 'today' is {today}: correct one, or leave it out")]
    TwoDays {
        /// The London date of the moment.
        day: NaiveDate,
        /// The date that is said.
        today: NaiveDate,
    },
    /// An expectation that is no JSON.
    #[error("what it expects cannot be read: {0}")]
    Expected(serde_json::Error),
    /// An answer that is no JSON.
    #[error("the answer cannot be written: {0}")]
    Answer(serde_json::Error),
    /// More of something than one case is answered with.
    #[error("there are {count} {name}, and at most {most} are read: give a case its own")]
    TooMany {
        /// Of what.
        name: &'static str,
        /// How many there are.
        count: usize,
        /// How many are read.
        most: usize,
    },
    /// A value that the field does not know.
    #[error("'{value}' is not a {name}")]
    Value {
        /// What it should be.
        name: &'static str,
        /// What it is.
        value: String,
    },
}

fn are_not(paths: &[String]) -> String {
    let verb = if paths.len() == 1 { "is not" } else { "are not" };
    format!("{} {verb}", paths.join(", "))
}

impl BadCase {
    /// A value that is not what its name says.
    pub(crate) fn value(name: &'static str, value: impl Into<String>) -> Self {
        Self::Value {
            name,
            value: value.into(),
        }
    }
}
