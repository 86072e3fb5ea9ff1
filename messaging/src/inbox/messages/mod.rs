//! The messages that are listened to, one file each: what must be sound in them, and what they lead to.

mod noop;
mod prisoner_released;

use chrono::{DateTime, Utc};
use commands::CommandBus;
use event_store::inbox::Disposition;

use super::{InboundType, InboxError, envelope::Delivery};

/// What became of a message that is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handled {
    /// It changed something.
    Done,
    /// It was processed before, or says nothing new.
    Unchanged,
    /// It tells of something that needs no action.
    Ignored(&'static str),
}

impl Handled {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unchanged => "unchanged",
            Self::Ignored(_) => "ignored",
        }
    }

    /// Why nothing had to be done, if nothing had to.
    pub(crate) const fn ignored(self) -> Option<&'static str> {
        match self {
            Self::Ignored(reason) => Some(reason),
            Self::Done | Self::Unchanged => None,
        }
    }
}

/// Where a message of a type stands when it arrives.
pub(crate) fn disposition(kind: InboundType, delivery: &Delivery, now: DateTime<Utc>) -> Disposition {
    match kind {
        InboundType::PrisonerReleased => prisoner_released::disposition(delivery, now),
        InboundType::Noop => noop::disposition(delivery),
    }
}

/// Does what a kept message calls for.
///
/// # Errors
/// When it is not understood, or its command could not be done.
pub(crate) async fn handle(
    bus: &CommandBus,
    kind: InboundType,
    delivery: &Delivery,
) -> Result<Handled, InboxError> {
    match kind {
        InboundType::PrisonerReleased => prisoner_released::handle(bus, delivery).await,
        InboundType::Noop => Ok(Handled::Ignored(noop::NOTHING_TO_DO)),
    }
}
