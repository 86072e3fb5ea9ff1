//! The inbound queue: receiving, acknowledging, and when a message comes again.

use std::time::Duration;

use aws_sdk_sqs::{
    Client,
    config::{Config, timeout::TimeoutConfig},
    types::{Message, MessageSystemAttributeName, QueueAttributeName},
};
use serde::Deserialize;

use super::Trouble;
use crate::aws::{AwsError, queue_url};

/// Longer than the longest poll that SQS allows.
const RECEIVE_PATIENCE: Duration = Duration::from_secs(25);

/// When waiting helps nobody. Not 0: the local queue loses a message that is put back at once.
const SOON: Duration = Duration::from_secs(1);

/// A queue and its rules for another try.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    sqs: Client,
    url: String,
    backoff: Vec<Duration>,
    /// After how many receives SQS moves a message to the dead letters; none when it never does.
    most_receives: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RedrivePolicy {
    max_receive_count: Count,
}

/// Infrastructure tools write the number as a number or as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Count {
    Number(u32),
    Text(String),
}

impl Queue {
    /// Finds a queue and learns its rules.
    pub(crate) async fn open(sqs: Client, name: &str, backoff: Vec<Duration>) -> Result<Self, AwsError> {
        let url = queue_url(&sqs, name).await?;
        let attributes = sqs
            .get_queue_attributes()
            .queue_url(&url)
            .attribute_names(QueueAttributeName::RedrivePolicy)
            .send()
            .await
            .map_err(AwsError::of("SQS", "tell a queue's redrive policy"))?;
        let policy = attributes
            .attributes()
            .and_then(|all| all.get(&QueueAttributeName::RedrivePolicy));
        let most_receives = policy.and_then(|json| most_receives(json));
        if most_receives.is_none() {
            tracing::warn!(
                "the inbound queue has no redrive policy: what cannot be dealt with comes back for ever"
            );
        }
        Ok(Self {
            sqs,
            url,
            backoff,
            most_receives,
        })
    }

    /// Waits for up to ten messages.
    pub(crate) async fn receive(&self, most: usize, wait: Duration) -> Result<Vec<Message>, AwsError> {
        let patience = TimeoutConfig::builder()
            .read_timeout(RECEIVE_PATIENCE)
            .operation_timeout(RECEIVE_PATIENCE.saturating_mul(2))
            .build();
        let received = self
            .sqs
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(i32::try_from(most.clamp(1, 10)).unwrap_or(1))
            .wait_time_seconds(seconds(wait))
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .message_attribute_names("All")
            .customize()
            .config_override(Config::builder().timeout_config(patience))
            .send()
            .await
            .map_err(AwsError::of("SQS", "hand over messages"))?;
        Ok(received.messages.unwrap_or_default())
    }

    /// The message need not come again. When this fails it comes, and meets its receipt.
    pub(crate) async fn acknowledge(&self, message: &Message) {
        let receipt = message.receipt_handle().unwrap_or_default();
        let deleted = self
            .sqs
            .delete_message()
            .queue_url(&self.url)
            .receipt_handle(receipt)
            .send()
            .await
            .map_err(AwsError::of("SQS", "delete a message"));
        if let Err(error) = deleted {
            tracing::warn!(%error, "a message will be delivered once more");
        }
    }

    /// The message comes again, or goes to the dead letters. When this fails it does so after the queue's own timeout.
    pub(crate) async fn put_back(&self, message: &Message, trouble: &Trouble) -> Duration {
        let wait = self.wait_after(receives(message), trouble);
        let receipt = message.receipt_handle().unwrap_or_default();
        let changed = self
            .sqs
            .change_message_visibility()
            .queue_url(&self.url)
            .receipt_handle(receipt)
            .visibility_timeout(seconds(wait))
            .send()
            .await
            .map_err(AwsError::of("SQS", "put a message back"));
        if let Err(error) = changed {
            tracing::warn!(%error, "a message comes back later than meant");
        }
        wait
    }

    /// As soon as may be when waiting helps nobody: the last try has failed, or no try can succeed.
    fn wait_after(&self, receives: u32, trouble: &Trouble) -> Duration {
        let last_try = self.most_receives.is_some_and(|most| receives >= most);
        let hopeless = !trouble.is_transient() && self.most_receives.is_some();
        if last_try || hopeless {
            return SOON;
        }
        let step = usize::try_from(receives.saturating_sub(1)).unwrap_or(usize::MAX);
        self.backoff
            .get(step)
            .or(self.backoff.last())
            .copied()
            .unwrap_or_default()
    }
}

fn most_receives(policy: &str) -> Option<u32> {
    match serde_json::from_str::<RedrivePolicy>(policy)
        .ok()?
        .max_receive_count
    {
        Count::Number(number) => Some(number),
        Count::Text(text) => text.parse().ok(),
    }
}

/// How often a message was received, this time included.
fn receives(message: &Message) -> u32 {
    let attributes = message.attributes();
    let count = attributes.and_then(|all| all.get(&MessageSystemAttributeName::ApproximateReceiveCount));
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

fn seconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_secs()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{super::Malformed, *};

    fn queue(most_receives: Option<u32>) -> Queue {
        let config = Config::builder()
            .behavior_version(aws_sdk_sqs::config::BehaviorVersion::latest())
            .build();
        let backoff = [30, 300].map(Duration::from_secs).into();
        Queue {
            sqs: Client::from_conf(config),
            url: String::new(),
            backoff,
            most_receives,
        }
    }

    fn waits(queue: &Queue, trouble: &Trouble) -> Vec<u64> {
        (1..=4)
            .map(|receives| queue.wait_after(receives, trouble).as_secs())
            .collect()
    }

    #[test]
    fn waiting_follows_the_list_and_after_the_last_try_comes_at_once() {
        assert_eq!(waits(&queue(Some(4)), &Trouble::TooSlow), [30, 300, 300, 1]);
        assert_eq!(waits(&queue(None), &Trouble::TooSlow), [30, 300, 300, 300]);
    }

    #[test]
    fn what_is_hopeless_goes_to_the_dead_letters_without_waiting() {
        let hopeless = Trouble::Malformed(Malformed::NotJson);
        assert_eq!(waits(&queue(Some(4)), &hopeless), [1, 1, 1, 1]);
        assert_eq!(waits(&queue(None), &hopeless), [30, 300, 300, 300]);
    }

    #[test]
    fn a_redrive_policy_is_read_however_its_number_is_written() {
        assert_eq!(
            most_receives(r#"{"maxReceiveCount":3,"deadLetterTargetArn":"arn"}"#),
            Some(3)
        );
        assert_eq!(most_receives(r#"{"maxReceiveCount":"5"}"#), Some(5));
        assert_eq!(most_receives("{}"), None);
    }
}
