//! Where a received message stands: to take effect, of no concern, or not understood.

use aws_sdk_sqs::types::Message;
use chrono::{DateTime, Utc};
use event_store::inbox::{Arrival, Disposition, StoredMessage};

use super::{
    InboundType, Malformed,
    envelope::{self, Delivery},
    mentioned::mentioned,
    messages,
    tolerant::Json,
};

const CONTROL: &str = "a message of SNS itself";
const UNTYPED: &str = "it does not say what it is about";
const UNKNOWN: &str = "nobody listens to messages of this type";

/// A received message as it is stored.
pub(crate) fn arrival(message: &Message, now: DateTime<Utc>) -> Arrival {
    let received = message.body().unwrap_or_default();
    let delivery = envelope::unwrap(
        received,
        message.message_id().unwrap_or_default(),
        attribute(message),
    );
    Arrival {
        disposition: disposition(&delivery, now),
        deduplication_id: delivery.deduplication_id().to_string(),
        message_id: delivery.id,
        event_type: delivery.event_type,
        body: received.as_bytes().to_vec(),
    }
}

/// A stored message, read again.
pub(crate) fn reread(stored: &StoredMessage) -> Delivery {
    let received = String::from_utf8_lossy(&stored.body);
    let read = envelope::unwrap(&received, &stored.message_id, stored.event_type.as_deref());
    Delivery {
        id: stored.message_id.clone(),
        ..read
    }
}

/// Where a message stands.
pub(crate) fn disposition(delivery: &Delivery, now: DateTime<Utc>) -> Disposition {
    if delivery.is_control {
        return Disposition::Ignored { reason: CONTROL };
    }
    match delivery.event_type.as_deref().map(InboundType::of) {
        None if Json::parse(&delivery.body).is_none() => Disposition::Parked {
            reason: Malformed::NotJson.to_string(),
            person: mentioned(&delivery.body).map(|noms| noms.to_string()),
        },
        None => Disposition::Ignored { reason: UNTYPED },
        Some(None) => Disposition::Ignored { reason: UNKNOWN },
        Some(Some(kind)) => messages::disposition(kind, delivery, now),
    }
}

/// The attribute that raw delivery leaves on the message itself.
fn attribute(message: &Message) -> Option<&str> {
    message.message_attributes()?.get("eventType")?.string_value()
}
