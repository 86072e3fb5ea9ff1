//! What a consumer finds in its queue: the notification that SNS wrapped around a message of ours.

use serde_json::Value;

/// A message as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The body in the queue.
    pub notification: Value,
    /// The message within it.
    pub message: Value,
}

impl Delivery {
    /// Unwraps what the queue held.
    #[must_use]
    pub fn unwrap(body: &str) -> Self {
        let notification: Value = serde_json::from_str(body).unwrap();
        let message = serde_json::from_str(notification["Message"].as_str().unwrap()).unwrap();
        Self {
            notification,
            message,
        }
    }

    /// The value of a message attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.notification["MessageAttributes"][name]["Value"].as_str()
    }

    /// A member of `additionalInformation`.
    #[must_use]
    pub fn information(&self, member: &str) -> &Value {
        &self.message["additionalInformation"][member]
    }

    /// Whose message it is.
    #[must_use]
    pub fn noms(&self) -> &str {
        self.message["personReference"]["identifiers"][0]["value"]
            .as_str()
            .unwrap()
    }

    /// Which of the prisoner's messages it is, from 1.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.information("aggregateVersion").as_u64().unwrap()
    }

    /// When it took effect, as text: its order is that of time.
    #[must_use]
    pub fn occurred_at(&self) -> &str {
        self.message["occurredAt"].as_str().unwrap()
    }

    /// An address in it, as path and query at the service.
    #[must_use]
    pub fn path(&self, base: &str, url: &Value) -> String {
        let url = url.as_str().unwrap();
        url.strip_prefix(base)
            .unwrap_or_else(|| panic!("{url} is not below {base}"))
            .to_owned()
    }
}
