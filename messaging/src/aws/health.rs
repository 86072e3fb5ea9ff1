//! How queues and the topic are, for the health endpoint.

use std::collections::HashMap;

use aws_sdk_sqs::types::QueueAttributeName;

use super::AwsError;

/// How full a queue is. The counts of SQS are approximate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueHealth {
    /// Its name.
    pub name: String,
    /// Waiting to be received.
    pub waiting: u64,
    /// Received and not yet acknowledged.
    pub in_flight: u64,
    /// Whether it has a redrive policy, without which nothing reaches its dead letters.
    pub has_redrive_policy: bool,
}

/// Who listens to a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TopicHealth {
    /// Confirmed subscriptions.
    pub subscriptions_confirmed: u64,
    /// Subscriptions that nobody has confirmed.
    pub subscriptions_pending: u64,
}

/// How a queue is.
///
/// # Errors
/// When SQS does not tell.
pub async fn queue(sqs: &aws_sdk_sqs::Client, url: &str) -> Result<QueueHealth, AwsError> {
    let answer = sqs
        .get_queue_attributes()
        .queue_url(url)
        .attribute_names(QueueAttributeName::ApproximateNumberOfMessages)
        .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)
        .attribute_names(QueueAttributeName::RedrivePolicy)
        .send()
        .await
        .map_err(AwsError::of("SQS", "tell how full a queue is"))?;
    let attributes = answer.attributes.unwrap_or_default();
    Ok(QueueHealth {
        name: url.rsplit('/').next().unwrap_or_default().to_owned(),
        waiting: number(&attributes, &QueueAttributeName::ApproximateNumberOfMessages),
        in_flight: number(&attributes, &QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
        has_redrive_policy: attributes.contains_key(&QueueAttributeName::RedrivePolicy),
    })
}

/// How a topic is.
///
/// # Errors
/// When SNS does not tell.
pub async fn topic(sns: &aws_sdk_sns::Client, arn: &str) -> Result<TopicHealth, AwsError> {
    let answer = sns
        .get_topic_attributes()
        .topic_arn(arn)
        .send()
        .await
        .map_err(AwsError::of("SNS", "tell who listens to the topic"))?;
    let attributes = answer.attributes.unwrap_or_default();
    Ok(TopicHealth {
        subscriptions_confirmed: number(&attributes, "SubscriptionsConfirmed"),
        subscriptions_pending: number(&attributes, "SubscriptionsPending"),
    })
}

fn number<K, Q>(attributes: &HashMap<K, String>, name: &Q) -> u64
where
    K: std::hash::Hash + Eq + std::borrow::Borrow<Q>,
    Q: std::hash::Hash + Eq + ?Sized,
{
    attributes.get(name).and_then(|text| text.parse().ok()).unwrap_or_default()
}
