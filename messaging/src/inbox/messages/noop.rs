//! `offender-management.noop`: somebody tries whether messages arrive.

use event_store::inbox::Disposition;

use super::super::envelope::Delivery;

/// Why it is ignored.
pub(super) const NOTHING_TO_DO: &str = "it only tries whether messages arrive";

/// It tells the log that it arrived.
pub(super) fn disposition(delivery: &Delivery) -> Disposition {
    tracing::info!(
        message_id = delivery.id,
        "a noop arrived: messages reach this service"
    );
    Disposition::Ignored {
        reason: NOTHING_TO_DO,
    }
}
