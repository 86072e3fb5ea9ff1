//! Models of two consumers: what they read of a message, what they ask, and what they make of the answer.

pub(crate) mod cas2;
pub(crate) mod delius;

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use serde_json::Value;
use tests::{Answered, Delivery, Stage};

/// The envelope as both read it; unknown members are passed over.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Envelope {
    pub(crate) event_type: String,
    #[serde(rename = "version")]
    _version: i32,
    pub(crate) detail_url: String,
    pub(crate) occurred_at: DateTime<FixedOffset>,
    pub(crate) person_reference: PersonReference,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PersonReference {
    identifiers: Vec<Identifier>,
}

#[derive(Debug, Deserialize)]
struct Identifier {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

impl Envelope {
    /// Reads a delivery as a consumer would, and fails as it would.
    pub(crate) fn read(delivery: &Delivery) -> Self {
        assert_eq!(delivery.notification["Type"], "Notification");
        assert_eq!(
            delivery.message.get("crn"),
            None,
            "would be taken for a probation message"
        );
        let envelope: Self = serde_json::from_value(delivery.message.clone()).unwrap();
        assert_eq!(delivery.attribute("eventType"), Some(&*envelope.event_type));
        envelope
    }

    pub(crate) fn noms(&self) -> &str {
        let mut identifiers = self.person_reference.identifiers.iter();
        &identifiers
            .find(|identifier| identifier.kind == "NOMS")
            .unwrap()
            .value
    }

    /// Asks for the details, at a host that is allowed, with a token of the consumer's own.
    pub(crate) async fn details(&self, stage: &Stage) -> Answered {
        let url: reqwest::Url = self.detail_url.parse().unwrap();
        assert_eq!(
            url.origin().ascii_serialization(),
            stage.base(),
            "the host must be in the allow-list"
        );
        let request = stage.http().get(url).bearer_auth(stage.consumer());
        Answered::read(request.send().await.unwrap()).await
    }
}

/// The message of a contract error; anything else is a fault, which they retry.
pub(crate) fn not_found(answered: &Answered) -> String {
    assert_eq!(
        answered.status, 404,
        "an exception, a retry, and in the end a dead letter: {answered:?}"
    );
    match &answered.json()["message"] {
        Value::String(message) => message.clone(),
        other => panic!("no message: {other}"),
    }
}
