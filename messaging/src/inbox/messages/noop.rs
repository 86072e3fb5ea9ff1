//! `offender-management.noop`: somebody tries whether messages arrive.

use event_store::inbox::Standing;

use super::super::envelope::Delivery;

/// Why it is ignored.
pub(super) const NOTHING_TO_DO: &str = "it only tries whether messages arrive";

/// It tells the log that it arrived.
pub(super) fn standing(delivery: &Delivery) -> Standing {
    tracing::info!(
        message_id = delivery.id,
        "a noop arrived: messages reach this service"
    );
    Standing::Ignored {
        reason: NOTHING_TO_DO,
    }
}
