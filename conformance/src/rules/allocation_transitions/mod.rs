//! `allocation-transitions`: commands to one allocation, and what is so after each.

mod command;
mod deviation;
mod ending;
mod stage;

use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use self::{command::Command, stage::Stage};
use crate::{
    reading::list,
    rule::{BadCase, PolicyRule, Question, Reply},
};

/// Plays sequences of commands through the allocation aggregate.
pub(super) struct AllocationTransitions;

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
struct Given<'a> {
    /// Each is read twice: for which it is, and for what it says.
    #[serde(borrow, deserialize_with = "list")]
    commands: Vec<&'a RawValue>,
}

impl PolicyRule for AllocationTransitions {
    fn name(&self) -> &'static str {
        "allocation-transitions"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["allocation_sequence"]
    }

    fn answer(&self, question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
        let mut stage = Stage::before_any_allocation(question.moment()?.now());
        let given: Given<'_> = question.given()?;
        let steps = given
            .commands
            .iter()
            .enumerate()
            .map(|(number, text)| stage.play(Command::read(question, number, text)?))
            .collect::<Result<Vec<Value>, BadCase>>()?;
        reply.deviations = stage.deviations();
        reply.say(&json!({ "steps": steps }))
    }
}
