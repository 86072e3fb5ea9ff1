//! A message on its way out: what the outbox holds, and how SNS gets it.

use std::sync::Arc;

use aws_sdk_sns::{
    error::BuildError,
    types::{MessageAttributeValue, PublishBatchRequestEntry},
};
use event_store::outbox::OutboxMessage;
use serde::Deserialize;
use uuid::Uuid;

/// Whose messages leave in order.
pub(crate) type Key = Arc<str>;

/// What SNS takes in one call: bodies and attributes together.
pub(crate) const MOST_BYTES: usize = 256 * 1024;

/// What SNS takes in one call.
pub(crate) const MOST_ENTRIES: usize = 10;

/// How SNS gets a message.
pub(crate) trait SnsMessage {
    /// What it counts towards [`MOST_BYTES`].
    fn bytes(&self) -> usize;

    /// The message as one entry of a call.
    fn entry(&self, id: usize) -> Result<PublishBatchRequestEntry, BuildError>;
}

impl SnsMessage for OutboxMessage {
    fn bytes(&self) -> usize {
        attributes(self)
            .iter()
            .map(|(name, value)| {
                name.len()
                    .saturating_add("String".len())
                    .saturating_add(value.len())
            })
            .fold(self.body.len(), usize::saturating_add)
    }

    fn entry(&self, id: usize) -> Result<PublishBatchRequestEntry, BuildError> {
        let mut entry = PublishBatchRequestEntry::builder()
            .id(id.to_string())
            .message(&*self.body);
        for (name, value) in attributes(self) {
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(value)
                .build()?;
            entry = entry.message_attributes(name, value);
        }
        entry.build()
    }
}

fn attributes(message: &OutboxMessage) -> Vec<(&'static str, String)> {
    let mut attributes = vec![
        ("eventType", message.event_type.clone()),
        ("eventId", message.event_id.to_string()),
        ("aggregateVersion", message.sequence.to_string()),
    ];
    attributes.extend(traceparent(message).map(|parent| ("traceparent", parent)));
    attributes
}

/// The trace that the message belongs to: the correlation id is its number, the event the span in it.
fn traceparent(message: &OutboxMessage) -> Option<String> {
    let body: Traced = serde_json::from_str(&message.body).ok()?;
    let trace = body
        .additional_information?
        .correlation_id
        .filter(|id| !id.is_nil())?;
    let (_, span) = message.event_id.as_u64_pair();
    Some(format!("00-{}-{span:016x}-01", trace.simple()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Traced {
    additional_information: Option<Correlated>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Correlated {
    correlation_id: Option<Uuid>,
}

#[cfg(test)]
pub(super) mod tests {
    use event_store::outbox::OutboxPosition;

    use super::*;

    pub(in crate::relay) fn message(position: i64, key: &str) -> OutboxMessage {
        OutboxMessage {
            place: OutboxPosition { position, ordinal: 0 },
            key: key.into(),
            event_type: "offender-management.allocation.changed".to_owned(),
            body: "{}".into(),
            event_id: Uuid::from_u64_pair(1, 2),
            sequence: position,
        }
    }

    fn attribute(message: &OutboxMessage, name: &str) -> Option<String> {
        let entry = message.entry(0).unwrap();
        let value = entry.message_attributes()?.get(name)?.string_value()?.to_owned();
        Some(value)
    }

    #[test]
    fn consumers_can_filter_and_deduplicate_by_attributes() {
        let message = message(7, "A1234BC");
        assert_eq!(
            attribute(&message, "eventType").unwrap(),
            "offender-management.allocation.changed"
        );
        assert_eq!(
            attribute(&message, "eventId").unwrap(),
            message.event_id.to_string()
        );
        assert_eq!(attribute(&message, "aggregateVersion").unwrap(), "7");
    }

    #[test]
    fn the_trace_is_the_correlation_and_absent_without_one() {
        let plain = message(1, "A1234BC");
        assert_eq!(attribute(&plain, "traceparent"), None);
        let body = r#"{"additionalInformation":{"correlationId":"0193e0a0-0000-7000-8000-00000000002a"}}"#;
        let traced = OutboxMessage {
            body: body.into(),
            ..plain
        };
        let expected = "00-0193e0a000007000800000000000002a-0000000000000002-01";
        assert_eq!(attribute(&traced, "traceparent").unwrap(), expected);
    }

    #[test]
    fn the_body_is_sent_letter_by_letter() {
        let odd = OutboxMessage {
            body: "{ \"b\": 1,\n \"a\": \"é\" }".into(),
            ..message(1, "A1234BC")
        };
        assert_eq!(odd.entry(3).unwrap().message(), &*odd.body);
        assert!(odd.bytes() > odd.body.len());
    }
}
