//! Facts that processes ask for, and the port that answers.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{NomsNumber, PomKey};
use event_store::Position;

use crate::ports::FactUnavailable;

/// A fact that a process asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// The cases that a POM has at a prison, as primary or co-working POM.
    CasesOf(PomKey),
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// These prisoners' cases.
    Cases(Vec<NomsNumber>),
}

/// The answers that a process has so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts(BTreeMap<Question, Answer>);

impl Facts {
    /// The answer to a question, once it is known.
    #[must_use]
    pub fn get(&self, question: Question) -> Option<&Answer> {
        self.0.get(&question)
    }

    /// Takes an answer in.
    pub fn learn(&mut self, question: Question, answer: Answer) {
        self.0.insert(question, answer);
    }

    /// The cases that a POM has at a prison, once they are known.
    #[must_use]
    pub fn cases_of(&self, pom: PomKey) -> Option<&[NomsNumber]> {
        self.get(Question::CasesOf(pom))
            .map(|Answer::Cases(cases)| cases.as_slice())
    }
}

/// Answers processes from the read models.
#[async_trait]
pub trait FactSource: Send + Sync + 'static {
    /// The answer, as of this position or a later one.
    async fn answer(&self, question: Question, at_least: Position) -> Result<Answer, FactUnavailable>;
}
