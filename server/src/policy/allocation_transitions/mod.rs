//! `allocation-transitions`: commands to one allocation, and what is so after each.

mod command;
mod departure;
mod ending;
mod stage;

use serde::Deserialize;
use serde_json::{Value, json};

use self::{command::Command, stage::Stage};
use super::rule::{BadCase, PolicyRule, Question, Reply};

/// Plays sequences of commands through the allocation aggregate.
pub(super) struct AllocationTransitions;

#[derive(Deserialize)]
struct Given {
    commands: Vec<Command>,
}

impl PolicyRule for AllocationTransitions {
    fn name(&self) -> &'static str {
        "allocation-transitions"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["allocation_sequence"]
    }

    fn answer(&self, question: &Question<'_>, reply: &mut Reply) -> Result<(), BadCase> {
        let now = question
            .now
            .ok_or_else(|| BadCase::value("moment 'now'", "absent"))?;
        let mut stage = Stage::before_any_allocation(now);
        let steps = question
            .given::<Given>()?
            .commands
            .into_iter()
            .map(|command| stage.play(command))
            .collect::<Result<Vec<Value>, BadCase>>()?;
        reply.departures = stage.departures();
        reply.say(&json!({ "steps": steps }))
    }
}
