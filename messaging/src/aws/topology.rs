//! The topic and queues of the local profile and of tests, wired as they are in production.

use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::json;

use super::AwsError;
use crate::inbox::InboundType;

/// After how many receives a message goes to the dead letters; what most HMPPS queues use.
const MAX_RECEIVE_COUNT: u32 = 3;

/// The names of topic and queues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The topic on which all services publish.
    pub topic: String,
    /// A queue that gets what this service publishes, as a consumer's would.
    pub downstream_queue: String,
    /// Its dead letters.
    pub downstream_dlq: String,
    /// The queue that this service reads.
    pub inbound_queue: String,
    /// Its dead letters.
    pub inbound_dlq: String,
}

impl Names {
    /// Names that begin with this text, for tests that share an emulator.
    #[must_use]
    pub fn prefixed(prefix: &str) -> Self {
        let name = |rest: &str| format!("{prefix}{rest}");
        Self {
            topic: name("domain-events"),
            downstream_queue: name("downstream"),
            downstream_dlq: name("downstream-dlq"),
            inbound_queue: name("pom-allocations-inbound"),
            inbound_dlq: name("pom-allocations-inbound-dlq"),
        }
    }
}

impl Default for Names {
    fn default() -> Self {
        Self::prefixed("")
    }
}

/// Where everything is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalTopology {
    /// The topic.
    pub topic_arn: String,
    /// What consumers get.
    pub downstream_queue_url: String,
    /// What they could not deal with.
    pub downstream_dlq_url: String,
    /// What this service reads.
    pub inbound_queue_url: String,
    /// Its name, as configuration gives it.
    pub inbound_queue_name: String,
    /// What it could not deal with.
    pub inbound_dlq_url: String,
}

/// Makes what is missing; what is there stays as it is, messages included.
///
/// # Errors
/// When SNS or SQS refuses or cannot be reached.
pub async fn ensure(
    sns: &aws_sdk_sns::Client,
    sqs: &aws_sdk_sqs::Client,
    names: &Names,
) -> Result<LocalTopology, AwsError> {
    let topic = sns.create_topic().name(&names.topic).send().await;
    let topic = topic.map_err(AwsError::of("SNS", "make the topic"))?;
    let topic_arn = topic.topic_arn.unwrap_or_default();
    let wiring = Wiring {
        sns,
        sqs,
        topic_arn: &topic_arn,
    };

    let ours = json!({ "eventType": [{ "prefix": "offender-management." }] });
    let (downstream_queue_url, downstream_dlq_url) = wiring
        .queue(&names.downstream_queue, &names.downstream_dlq, ours)
        .await?;
    let listened_to = json!({ "eventType": InboundType::ALL.map(InboundType::name) });
    let (inbound_queue_url, inbound_dlq_url) = wiring
        .queue(&names.inbound_queue, &names.inbound_dlq, listened_to)
        .await?;

    Ok(LocalTopology {
        topic_arn,
        downstream_queue_url,
        downstream_dlq_url,
        inbound_queue_url,
        inbound_queue_name: names.inbound_queue.clone(),
        inbound_dlq_url,
    })
}

struct Wiring<'a> {
    sns: &'a aws_sdk_sns::Client,
    sqs: &'a aws_sdk_sqs::Client,
    topic_arn: &'a str,
}

impl Wiring<'_> {
    /// A queue with its dead letters, subscribed with a filter on message attributes, without raw delivery.
    async fn queue(
        &self,
        name: &str,
        dlq_name: &str,
        filter: serde_json::Value,
    ) -> Result<(String, String), AwsError> {
        let dlq_url = self.create(dlq_name).await?;
        let url = self.create(name).await?;
        let redrive = json!({
            "deadLetterTargetArn": self.arn_of(&dlq_url).await?,
            "maxReceiveCount": MAX_RECEIVE_COUNT,
        });
        self.sqs
            .set_queue_attributes()
            .queue_url(&url)
            .attributes(QueueAttributeName::RedrivePolicy, redrive.to_string())
            .send()
            .await
            .map_err(AwsError::of("SQS", "set the redrive policy"))?;
        self.subscribe(&self.arn_of(&url).await?, &filter.to_string())
            .await?;
        Ok((url, dlq_url))
    }

    async fn create(&self, name: &str) -> Result<String, AwsError> {
        let created = self.sqs.create_queue().queue_name(name).send().await;
        let created = created.map_err(AwsError::of("SQS", "make a queue"))?;
        Ok(created.queue_url.unwrap_or_default())
    }

    async fn arn_of(&self, url: &str) -> Result<String, AwsError> {
        let name = QueueAttributeName::QueueArn;
        let asked = self
            .sqs
            .get_queue_attributes()
            .queue_url(url)
            .attribute_names(name.clone())
            .send()
            .await;
        let told = asked.map_err(AwsError::of("SQS", "tell the ARN of a queue"))?;
        Ok(told
            .attributes
            .unwrap_or_default()
            .remove(&name)
            .unwrap_or_default())
    }

    /// SNS refuses to subscribe a queue again under another filter, so a subscription that is there gets the filter.
    async fn subscribe(&self, queue_arn: &str, filter: &str) -> Result<(), AwsError> {
        let subscription = match self.subscription_of(queue_arn).await? {
            Some(there) => there,
            None => self.new_subscription(queue_arn).await?,
        };
        let call = self
            .sns
            .set_subscription_attributes()
            .subscription_arn(subscription);
        let set = call
            .attribute_name("FilterPolicy")
            .attribute_value(filter)
            .send()
            .await;
        set.map(|_| ())
            .map_err(AwsError::of("SNS", "set the filter of a subscription"))
    }

    async fn subscription_of(&self, queue_arn: &str) -> Result<Option<String>, AwsError> {
        let call = self.sns.list_subscriptions_by_topic().topic_arn(self.topic_arn);
        let mut pages = call.into_paginator().items().send();
        while let Some(listed) = pages.next().await {
            let subscription = listed.map_err(AwsError::of("SNS", "list the subscriptions"))?;
            if subscription.endpoint() == Some(queue_arn) {
                return Ok(subscription.subscription_arn);
            }
        }
        Ok(None)
    }

    async fn new_subscription(&self, queue_arn: &str) -> Result<String, AwsError> {
        let call = self
            .sns
            .subscribe()
            .topic_arn(self.topic_arn)
            .protocol("sqs")
            .endpoint(queue_arn);
        let subscribed = call.return_subscription_arn(true).send().await;
        let subscribed = subscribed.map_err(AwsError::of("SNS", "subscribe a queue"))?;
        Ok(subscribed.subscription_arn.unwrap_or_default())
    }
}
