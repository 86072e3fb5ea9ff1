//! Clients for SNS and SQS, the health of topic and queues, and the topology of the local profile.

mod clients;
mod health;
pub mod topology;

pub use clients::{AwsSettings, Clients, https_client};
pub use health::{Health, queue_health, topic_health};
pub use topology::LocalTopology;

/// A call to SNS or SQS failed.
#[derive(Debug, thiserror::Error)]
#[error("{service} did not {what} ({code}): check its address, the credentials and their permissions")]
pub struct AwsError {
    /// `SNS` or `SQS`.
    pub service: &'static str,
    /// What was asked, as a verb.
    pub what: &'static str,
    /// The code of the answer, when there was one.
    pub code: String,
}

impl AwsError {
    /// Turns what the SDK says into this error; its own text may quote messages and is left out.
    pub(crate) fn of<E>(service: &'static str, what: &'static str) -> impl FnOnce(E) -> Self
    where
        E: aws_sdk_sns::error::ProvideErrorMetadata,
    {
        move |error| Self {
            service,
            what,
            code: error.code().unwrap_or("no answer").to_owned(),
        }
    }
}

/// The URL of a queue.
///
/// # Errors
/// When there is no queue of that name, or SQS cannot be reached.
pub(crate) async fn queue_url(sqs: &aws_sdk_sqs::Client, name: &str) -> Result<String, AwsError> {
    let found = sqs.get_queue_url().queue_name(name).send().await;
    let found = found.map_err(AwsError::of("SQS", "find a queue"))?;
    Ok(found.queue_url.unwrap_or_default())
}
