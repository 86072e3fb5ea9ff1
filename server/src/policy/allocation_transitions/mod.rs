//! `allocation-transitions`: commands to one allocation, and what is so after each.

mod command;
mod departure;
mod ending;
mod stage;

use serde::Deserialize;
use serde_json::{Value, json};

use self::{command::Command, stage::Stage};
use super::rule::{Answer, BadCase, CaseContext, PolicyRule};

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

    fn answer(&self, given: &Value, case: &CaseContext) -> Result<Answer, BadCase> {
        if case.kind != "allocation_sequence" {
            return Err(BadCase::Kind {
                kind: case.kind.clone(),
            });
        }
        let now = case.now.ok_or_else(|| BadCase::value("moment 'now'", "absent"))?;
        let mut stage = Stage::before_any_allocation(now);
        let steps = Given::deserialize(given)
            .map_err(BadCase::Given)?
            .commands
            .into_iter()
            .map(|command| stage.play(command))
            .collect::<Result<Vec<Value>, BadCase>>()?;
        Ok(Answer {
            result: json!({ "steps": steps }),
            departures: stage.departures(),
        })
    }
}
