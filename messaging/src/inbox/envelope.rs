//! What a queue hands over: the publisher's message, taken out of what SNS and SQS wrapped around it. Reading is total:
//! whatever was received can be stored, so that nothing is lost because of how it is wrapped.

use serde_json::json;
use uuid::Uuid;

use super::tolerant::Json;

const EVENT_TYPE: &str = "eventType";

/// The longest id or type that is kept as it is.
const LONGEST_NAME: usize = 200;

/// Below this name are the ids of deliveries, and those that stand for ids that cannot be kept as they are.
const NAMESPACE: Uuid = Uuid::from_u128(0x0199_c2f4_6f1e_7b52_9d3a_5e8c_41d7_a06c);

/// A message as its publisher meant it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// The id of SNS, or for raw delivery that of SQS.
    pub(crate) id: String,
    /// What it is about, when it says so.
    pub(crate) event_type: Option<String>,
    /// A message of SNS itself, such as a request to confirm a subscription.
    pub(crate) is_control: bool,
    /// The publisher's text; JSON, if the publisher keeps to what was agreed.
    pub(crate) body: String,
}

impl Delivery {
    /// Tells a repetition from another message: an id for its id, type and text together. A publisher may give one id to two
    /// messages by mistake, and neither must be lost.
    pub(crate) fn deduplication_id(&self) -> Uuid {
        let name = json!([self.id, self.event_type, self.body]);
        Uuid::new_v5(&NAMESPACE, name.to_string().as_bytes())
    }
}

/// Unwraps what a queue handed over: its text, its own id, and the type that raw delivery leaves on the message itself.
pub(crate) fn unwrap(received: &str, own_id: &str, attribute: Option<&str>) -> Delivery {
    let json = Json::parse(received);
    let message = json.and_then(|json| json.at(&["Message"]));
    let (Some(notification), Some(message)) = (json, message) else {
        return Delivery {
            id: name_or_stand_in(own_id),
            event_type: kind([attribute.map(ToOwned::to_owned), body_type(received)]),
            is_control: false,
            body: received.to_owned(),
        };
    };
    let body = message.string().unwrap_or_else(|| message.raw().to_owned());
    let text = |path: &[&str]| notification.at(path).and_then(Json::text);
    let id = text(&["MessageId"]);
    Delivery {
        id: name_or_stand_in(id.as_deref().unwrap_or(own_id)),
        event_type: kind([
            text(&["MessageAttributes", EVENT_TYPE, "Value"]),
            attribute.map(ToOwned::to_owned).or_else(|| body_type(&body)),
        ]),
        is_control: text(&["Type"]).is_some_and(|kind| kind.ends_with("Confirmation")),
        body,
    }
}

/// The first that can be a type.
fn kind(candidates: [Option<String>; 2]) -> Option<String> {
    candidates.into_iter().flatten().find(|name| is_name(name))
}

/// The type as the body says it: what counts when nothing around the body does.
fn body_type(body: &str) -> Option<String> {
    Json::parse(body)?.at(&[EVENT_TYPE])?.text()
}

/// Whether the database can keep it and a person can read it.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_NAME && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn name_or_stand_in(id: &str) -> String {
    if is_name(id) {
        id.to_owned()
    } else {
        Uuid::new_v5(&NAMESPACE, id.as_bytes()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(members: &str) -> Delivery {
        unwrap(&format!(r#"{{"Message":"{{}}",{members}}}"#), "own", None)
    }

    #[test]
    fn a_notification_is_unwrapped_however_odd_its_other_members_are() {
        for (attributes, expected) in [
            (r#"{"eventType":{"Type":"String","Value":"a.b"}}"#, Some("a.b")),
            (r#"{"eventType":{"Type":"Number","Value":7}}"#, Some("7")),
            (r#"{"eventType":{"Type":"String"}}"#, None),
            (r#"{"eventType":null}"#, None),
            (r#"{"eventType":"a.b"}"#, None),
            ("{}", None),
            ("null", None),
            ("[]", None),
            ("7", None),
        ] {
            let delivery = wrapped(&format!(r#""MessageId":"m-1","MessageAttributes":{attributes}"#));
            assert_eq!(delivery.event_type.as_deref(), expected, "{attributes}");
            assert_eq!((&*delivery.id, &*delivery.body), ("m-1", "{}"), "{attributes}");
        }
    }

    #[test]
    fn an_id_is_whatever_tells_the_message_from_others() {
        assert_eq!(wrapped(r#""MessageId":17"#).id, "17");
        for none in [
            r#""MessageId":null"#,
            r#""MessageId":[]"#,
            r#""Type":"Notification""#,
        ] {
            assert_eq!(wrapped(none).id, "own", "{none}");
        }
        let odd = wrapped(r#""MessageId":"a\u0000b""#).id;
        assert_eq!(odd, wrapped(r#""MessageId":"a\u0000b""#).id);
        assert!(
            is_name(&odd) && odd != wrapped(r#""MessageId":"a\u0000c""#).id,
            "{odd}"
        );
    }

    #[test]
    fn a_repetition_has_the_id_of_the_first_and_another_message_another() {
        let id = |members: &str| wrapped(members).deduplication_id();
        let first = id(r#""MessageId":"m-1""#);
        assert_eq!(
            first,
            id(r#""MessageId":"m-1","Timestamp":"2026-03-02T09:30:00Z""#)
        );
        assert_ne!(first, id(r#""MessageId":"m-2""#));
        let typed = r#""MessageId":"m-1","MessageAttributes":{"eventType":{"Value":"a.b"}}"#;
        assert_ne!(first, id(typed));
        let other = unwrap(r#"{"Message":"{ }","MessageId":"m-1"}"#, "own", None);
        assert_ne!(first, other.deduplication_id());
    }

    #[test]
    fn the_type_is_taken_from_the_attribute_or_else_from_the_body() {
        let raw = |attribute| unwrap(r#"{"eventType":"a.b"}"#, "own", attribute);
        assert_eq!(raw(Some("c.d")).event_type.as_deref(), Some("c.d"));
        assert_eq!(raw(None).event_type.as_deref(), Some("a.b"));
        assert_eq!(raw(None).body, r#"{"eventType":"a.b"}"#);
        let inner = unwrap(r#"{"Message":"{\"eventType\":\"a.b\"}"}"#, "own", None);
        assert_eq!(inner.event_type.as_deref(), Some("a.b"));
    }

    #[test]
    fn an_odd_member_beside_what_is_needed_does_not_hide_it() {
        let nested = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for odd in ["1e999", &"9".repeat(4000), r#""\ud800""#, &nested] {
            let delivery = wrapped(&format!(
                r#""x":{odd},"MessageId":"m-1","MessageAttributes":{{"x":{odd},"eventType":{{"x":{odd},"Value":"a.b"}}}}"#
            ));
            assert_eq!((&*delivery.id, &*delivery.body), ("m-1", "{}"), "{odd:.40}");
            assert_eq!(delivery.event_type.as_deref(), Some("a.b"), "{odd:.40}");
        }
        let half = unwrap(
            r#"{"Message":"{\"eventType\":\"a.b\",\"x\":\"\ud800\"}"}"#,
            "own",
            None,
        );
        assert_eq!(half.event_type.as_deref(), Some("a.b"));
    }

    #[test]
    fn a_message_that_is_no_string_and_what_is_no_json_are_bodies_too() {
        assert_eq!(unwrap(r#"{"Message":{"a":1}}"#, "own", None).body, r#"{"a":1}"#);
        assert_eq!(unwrap("<xml/>", "own", None).body, "<xml/>");
        assert!(
            unwrap(
                r#"{"Type":"SubscriptionConfirmation","Message":"…"}"#,
                "own",
                None
            )
            .is_control
        );
    }
}
