//! How queues and the topic are, in the words that HMPPS dashboards read. Integration rules 2.4.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_sqs::types::QueueAttributeName;
use serde::Deserialize;

use super::{AwsError, queue_url};

/// Whether something works, and what it says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Whether it works.
    pub up: bool,
    /// Names and values as the health endpoint shows them; counts are text.
    pub details: BTreeMap<String, String>,
}

/// How a queue and its dead letters are. Counts are as SQS estimates them. A queue whose failed messages go nowhere is
/// down; dead letters that wait are no fault of the queue.
pub async fn queue_health(sqs: &aws_sdk_sqs::Client, name: &str) -> Health {
    let mut health = Health::named("queueName", name);
    let redrive = match counts(sqs, name).await {
        Ok(counts) => {
            health.tell("messagesOnQueue", counts.waiting);
            health.tell("messagesInFlight", counts.in_flight);
            counts.redrive
        }
        Err(error) => return health.down(&error),
    };
    let Some(dead_letters) = redrive else {
        health.tell("dlqStatus", "DOWN".to_owned());
        return Health { up: false, ..health };
    };
    health.tell("dlqName", dead_letters.clone());
    match counts(sqs, &dead_letters).await {
        Ok(counts) => {
            health.tell("dlqStatus", "UP".to_owned());
            health.tell("messagesOnDlq", counts.waiting);
            health
        }
        Err(error) => {
            health.tell("dlqStatus", "DOWN".to_owned());
            health.down(&error)
        }
    }
}

/// How a topic is.
pub async fn topic_health(sns: &aws_sdk_sns::Client, arn: &str) -> Health {
    let mut health = Health::named("topicArn", arn);
    let asked = sns.get_topic_attributes().topic_arn(arn).send().await;
    match asked.map_err(AwsError::of("SNS", "tell who listens to the topic")) {
        Ok(told) => {
            let attributes = told.attributes.unwrap_or_default();
            let count = |name| attributes.get(name).cloned().unwrap_or_else(|| "0".to_owned());
            health.tell("subscriptionsConfirmed", count("SubscriptionsConfirmed"));
            health.tell("subscriptionsPending", count("SubscriptionsPending"));
            health
        }
        Err(error) => health.down(&error),
    }
}

impl Health {
    fn named(member: &str, name: &str) -> Self {
        Self {
            up: true,
            details: BTreeMap::from([(member.to_owned(), name.to_owned())]),
        }
    }

    fn tell(&mut self, member: &str, value: String) {
        self.details.insert(member.to_owned(), value);
    }

    fn down(mut self, error: &AwsError) -> Self {
        self.tell("error", error.to_string());
        Self { up: false, ..self }
    }
}

struct Counts {
    waiting: String,
    in_flight: String,
    /// The name of the queue for dead letters.
    redrive: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RedrivePolicy {
    dead_letter_target_arn: String,
}

async fn counts(sqs: &aws_sdk_sqs::Client, name: &str) -> Result<Counts, AwsError> {
    let waiting = QueueAttributeName::ApproximateNumberOfMessages;
    let in_flight = QueueAttributeName::ApproximateNumberOfMessagesNotVisible;
    let asked = sqs
        .get_queue_attributes()
        .queue_url(queue_url(sqs, name).await?)
        .attribute_names(waiting.clone())
        .attribute_names(in_flight.clone())
        .attribute_names(QueueAttributeName::RedrivePolicy)
        .send()
        .await;
    let told = asked.map_err(AwsError::of("SQS", "tell how full a queue is"))?;
    let attributes = told.attributes.unwrap_or_default();
    let count = |name| attributes.get(name).cloned().unwrap_or_else(|| "0".to_owned());
    Ok(Counts {
        waiting: count(&waiting),
        in_flight: count(&in_flight),
        redrive: dead_letters(&attributes),
    })
}

fn dead_letters(attributes: &HashMap<QueueAttributeName, String>) -> Option<String> {
    let policy = attributes.get(&QueueAttributeName::RedrivePolicy)?;
    let policy: RedrivePolicy = serde_json::from_str(policy).ok()?;
    policy
        .dead_letter_target_arn
        .rsplit(':')
        .next()
        .map(ToOwned::to_owned)
}
