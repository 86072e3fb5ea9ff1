//! One task, from the event to its commands and due dates.

use std::sync::Arc;

use event_store::follow::{Task, Wake};
use tokio::time::timeout;
use uuid::Uuid;

use super::{
    Action, Facts, Process, ProcessOptions, Trigger, action::Envelope, error::ReactionError, event::decode,
};

/// The namespace of the ids of processes' commands.
const NAMESPACE: Uuid = Uuid::from_u128(0x0d5a_4c39_8f1e_4f0e_9d0a_6a5b_1c77_e2f4);

/// Does what a task calls for; the due dates to set.
pub(super) async fn perform(
    options: &Arc<ProcessOptions>,
    process: &dyn Process,
    task: &Task,
) -> Result<Vec<Wake>, ReactionError> {
    timeout(options.timeout, act(options, process, task))
        .await
        .unwrap_or(Err(ReactionError::TooSlow))
}

async fn act(
    options: &ProcessOptions,
    process: &dyn Process,
    task: &Task,
) -> Result<Vec<Wake>, ReactionError> {
    let metadata = task.cause.decode_metadata()?;
    let mut wakes = Vec::new();
    let mut ordinal = 0_u32;
    for action in decide(options, process, task).await? {
        match action {
            Action::Ask(_) => {}
            Action::Wake(wake) => wakes.push(wake),
            Action::Send(command) => {
                let envelope = Envelope {
                    command_id: command_id(process, task, ordinal),
                    process: process.name(),
                    correlation_id: metadata.correlation_id,
                    causation_id: task.cause.event_id.to_string(),
                };
                command.send(&options.bus, envelope).await?;
                ordinal = ordinal.saturating_add(1);
            }
        }
    }
    Ok(wakes)
}

/// Reacts, and answers what the process asks for until it asks for nothing new.
async fn decide(
    options: &ProcessOptions,
    process: &dyn Process,
    task: &Task,
) -> Result<Vec<Action>, ReactionError> {
    let event = decode(&task.cause)?;
    let trigger = match task.turn {
        0 => Trigger::Recorded(&event),
        _ => Trigger::Due {
            key: &task.key,
            event: &event,
        },
    };
    let mut facts = Facts::default();
    loop {
        let actions = process.react(&facts, trigger, task.now);
        let asked = actions.iter().find_map(|action| match action {
            Action::Ask(question) if facts.get(*question).is_none() => Some(*question),
            _ => None,
        });
        let Some(question) = asked else {
            return Ok(actions);
        };
        let answer = options.facts.answer(question, task.cause.position).await?;
        facts.learn(question, answer);
    }
}

/// The same for every repetition of a reaction, and for no other command.
fn command_id(process: &dyn Process, task: &Task, ordinal: u32) -> Uuid {
    let (cause, turn) = (task.cause.event_id, task.turn);
    let name = format!("{}/{cause}/{}/{turn}/{ordinal}", process.name(), task.key);
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}
