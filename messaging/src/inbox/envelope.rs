//! What a queue hands over: the publisher's message, taken out of what SNS and SQS wrapped around it.

use aws_sdk_sqs::types::Message;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Malformed;

const EVENT_TYPE: &str = "eventType";

/// A message as its publisher meant it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// Tells a redelivery from another message: that of SNS, or for raw delivery that of SQS.
    pub(crate) id: String,
    /// What it is about, when it says so.
    pub(crate) event_type: Option<String>,
    /// JSON text.
    pub(crate) body: String,
}

/// What SNS wraps around a message unless delivery is raw.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Notification {
    message: String,
    message_id: Option<String>,
    #[serde(default)]
    message_attributes: Map<String, Value>,
}

/// Unwraps a message.
///
/// # Errors
/// When it is neither a notification nor has attributes of its own, nor is JSON at all.
pub(crate) fn unwrap(message: &Message) -> Result<Delivery, Malformed> {
    let body = message.body().unwrap_or_default();
    let own_id = message.message_id().unwrap_or_default();
    if let Ok(notification) = serde_json::from_str::<Notification>(body) {
        let event_type = notification.message_attributes.get(EVENT_TYPE).and_then(value);
        return Ok(Delivery {
            id: notification.message_id.unwrap_or_else(|| own_id.to_owned()),
            event_type: event_type.or_else(|| attribute(message)),
            body: notification.message,
        });
    }
    let event_type = attribute(message);
    if event_type.is_none() && serde_json::from_str::<Value>(body).is_err() {
        return Err(Malformed::NotJson);
    }
    Ok(Delivery {
        id: own_id.to_owned(),
        event_type,
        body: body.to_owned(),
    })
}

/// The value of an attribute, of whatever data type: SNS writes all of them as text, older publishers do not.
fn value(attribute: &Value) -> Option<String> {
    match attribute.get("Value")? {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}

/// The attribute that raw delivery leaves on the message itself.
fn attribute(message: &Message) -> Option<String> {
    message
        .message_attributes()?
        .get(EVENT_TYPE)?
        .string_value()
        .map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use aws_sdk_sqs::types::MessageAttributeValue;

    use super::*;

    fn wrapped(attributes: &str) -> Message {
        let body = format!(r#"{{"MessageId":"m-1","Message":"{{}}","MessageAttributes":{attributes}}}"#);
        Message::builder().message_id("own").body(body).build()
    }

    #[test]
    fn a_notification_is_unwrapped_whatever_the_type_of_its_attribute() {
        for (attribute, expected) in [
            (r#"{"eventType":{"Type":"String","Value":"a.b"}}"#, Some("a.b")),
            (
                r#"{"eventType":{"Type":"Number.java.lang.Long","Value":"7"}}"#,
                Some("7"),
            ),
            (r#"{"eventType":{"Type":"Number","Value":7}}"#, Some("7")),
            (r#"{"eventType":{"Type":"String"}}"#, None),
            ("{}", None),
        ] {
            let delivery = unwrap(&wrapped(attribute)).unwrap();
            assert_eq!(delivery.event_type.as_deref(), expected, "{attribute}");
            assert_eq!((&*delivery.id, &*delivery.body), ("m-1", "{}"));
        }
    }

    #[test]
    fn raw_delivery_carries_the_type_on_the_message_itself() {
        let attribute = MessageAttributeValue::builder()
            .data_type("String")
            .string_value("a.b")
            .build()
            .unwrap();
        let message = Message::builder()
            .message_id("own")
            .body(r#"{"eventType":"a.b"}"#)
            .message_attributes("eventType", attribute)
            .build();
        let delivery = unwrap(&message).unwrap();
        assert_eq!(
            (&*delivery.id, delivery.event_type.as_deref()),
            ("own", Some("a.b"))
        );
        assert_eq!(delivery.body, r#"{"eventType":"a.b"}"#);
    }

    #[test]
    fn what_is_no_json_at_all_is_malformed() {
        assert_eq!(
            unwrap(&Message::builder().body("<xml/>").build()),
            Err(Malformed::NotJson)
        );
    }
}
