//! From one message to one command: each message has its effect once, however often it is delivered.

use commands::{CommandBus, Request, access::Principal};
use uuid::Uuid;

use super::{InboundType, Trouble, envelope::Delivery, prisoner_released};

/// Command ids of messages are made from their ids below this name, so that a redelivery meets its receipt.
const NAMESPACE: Uuid = Uuid::from_u128(0x0199_c2f4_6f1e_7b52_9d3a_5e8c_41d7_a06b);

/// What became of a message that need not come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handled {
    /// It changed something.
    Done,
    /// It was dealt with before, or told nothing new.
    Unchanged,
    /// It tells of something that needs no action.
    Ignored,
}

impl Handled {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unchanged => "unchanged",
            Self::Ignored => "ignored",
        }
    }
}

/// Does what a message calls for.
///
/// # Errors
/// When it is not understood, or its command could not be done.
pub(crate) async fn handle(
    bus: &CommandBus,
    kind: InboundType,
    delivery: &Delivery,
) -> Result<Handled, Trouble> {
    match kind {
        InboundType::PrisonerReleased => prisoner_released(bus, delivery).await,
        InboundType::Noop => {
            tracing::info!(
                message = delivery.id,
                "a noop arrived: messages reach this service"
            );
            Ok(Handled::Ignored)
        }
    }
}

async fn prisoner_released(bus: &CommandBus, delivery: &Delivery) -> Result<Handled, Trouble> {
    let Some(departure) = prisoner_released::departure(&delivery.body, bus.now())? else {
        return Ok(Handled::Ignored);
    };
    let left_at = departure.left_at;
    let command_id = command_id(&delivery.id);
    let done = bus
        .execute(Request {
            command_id: Some(command_id),
            correlation_id: delivery.id.parse().unwrap_or(command_id),
            causation_id: Some(delivery.id.clone()),
            occurred_at: Some(left_at),
            ..Request::new(departure, Principal::system("inbox"))
        })
        .await?;
    let changed = done.receipt.is_some() && !done.replayed();
    Ok(if changed {
        Handled::Done
    } else {
        Handled::Unchanged
    })
}

fn command_id(message_id: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, message_id.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redelivery_is_the_same_command_and_another_message_another() {
        assert_eq!(command_id("m-1"), command_id("m-1"));
        assert_ne!(command_id("m-1"), command_id("m-2"));
    }
}
