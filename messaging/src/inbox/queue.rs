//! The inbound queue: receiving, acknowledging, and holding what cannot be stored yet.

use std::time::Duration;

use aws_sdk_sqs::{
    Client,
    config::{Config, timeout::TimeoutConfig},
    types::{ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message},
};

use crate::aws::{AwsError, queue_url};

/// Longer than the longest poll that SQS allows.
const RECEIVE_TIMEOUT: Duration = Duration::from_secs(25);

/// As many as SQS hands over and takes at once.
const BATCH: i32 = 10;

/// For how long nobody else gets what was received. It is stored within moments, or held for as long again.
const HELD: Duration = Duration::from_mins(1);

/// When nobody waits for it here any more. Not 0: the local queue loses a message that is put back at once.
const SOON: Duration = Duration::from_secs(1);

/// A queue.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    sqs: Client,
    url: String,
}

impl Queue {
    /// Finds a queue.
    pub(super) async fn open(sqs: Client, name: &str) -> Result<Self, AwsError> {
        let url = queue_url(&sqs, name).await?;
        Ok(Self { sqs, url })
    }

    /// Waits for up to ten messages.
    pub(super) async fn receive(&self, wait: Duration) -> Result<Vec<Message>, AwsError> {
        let timeouts = TimeoutConfig::builder()
            .read_timeout(RECEIVE_TIMEOUT)
            .operation_timeout(RECEIVE_TIMEOUT.saturating_mul(2))
            .build();
        let received = self
            .sqs
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(BATCH)
            .wait_time_seconds(seconds(wait))
            .visibility_timeout(seconds(HELD))
            .message_attribute_names("All")
            .customize()
            .config_override(Config::builder().timeout_config(timeouts))
            .send()
            .await
            .map_err(AwsError::of("SQS", "hand over messages"))?;
        Ok(received.messages.unwrap_or_default())
    }

    /// The messages need not come again. When this fails they come, and are known.
    pub(super) async fn acknowledge(&self, messages: &[Message]) {
        let entries = messages.iter().enumerate().filter_map(|(n, message)| {
            DeleteMessageBatchRequestEntry::builder()
                .id(n.to_string())
                .receipt_handle(message.receipt_handle().unwrap_or_default())
                .build()
                .ok()
        });
        let deleted = self
            .sqs
            .delete_message_batch()
            .queue_url(&self.url)
            .set_entries(Some(entries.collect()))
            .send()
            .await
            .map_err(AwsError::of("SQS", "delete messages"));
        match deleted {
            Ok(done) if done.failed().is_empty() => {}
            Ok(done) => tracing::warn!(
                count = done.failed().len(),
                "messages will be delivered once more"
            ),
            Err(error) => tracing::warn!(%error, "messages will be delivered once more"),
        }
    }

    /// The messages stay with us for as long again.
    pub(super) async fn hold(&self, messages: &[Message]) {
        self.show_after(messages, HELD).await;
    }

    /// The messages may go to another replica.
    pub(super) async fn nack(&self, messages: &[Message]) {
        self.show_after(messages, SOON).await;
    }

    async fn show_after(&self, messages: &[Message], wait: Duration) {
        let entries = messages.iter().enumerate().filter_map(|(n, message)| {
            ChangeMessageVisibilityBatchRequestEntry::builder()
                .id(n.to_string())
                .receipt_handle(message.receipt_handle().unwrap_or_default())
                .visibility_timeout(seconds(wait))
                .build()
                .ok()
        });
        let changed = self
            .sqs
            .change_message_visibility_batch()
            .queue_url(&self.url)
            .set_entries(Some(entries.collect()))
            .send()
            .await
            .map_err(AwsError::of("SQS", "hold messages"));
        if let Err(error) = changed {
            tracing::warn!(%error, "messages that are not stored yet may come a second time");
        }
    }
}

fn seconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_secs()).unwrap_or(i32::MAX)
}
