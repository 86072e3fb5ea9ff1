//! One call to SNS, and what its answer means for each message and for all.

use std::{collections::HashMap, time::Duration};

use aws_sdk_sns::{
    Client,
    config::{Config, retry::RetryConfig},
    error::{ProvideErrorMetadata, SdkError},
    operation::publish_batch::PublishBatchOutput,
    types::BatchResultErrorEntry,
};
use event_store::outbox::OutboxMessage;
use tokio::time::timeout;

use super::message::{MOST_BYTES, SnsMessage as _};

/// Where messages go.
#[derive(Debug, Clone)]
pub(crate) struct Topic {
    pub(crate) sns: Client,
    pub(crate) arn: String,
    /// How long one call may take.
    pub(crate) timeout: Duration,
}

/// What SNS made of a call.
#[derive(Debug)]
pub(crate) enum PublishOutcome {
    /// Each message by itself.
    Each {
        accepted: Vec<OutboxMessage>,
        refused: Vec<(OutboxMessage, Fault)>,
    },
    /// The call failed because of what it carried.
    Contents { batch: Vec<OutboxMessage>, code: String },
    /// The call failed, and any other would have.
    Topic { batch: Vec<OutboxMessage>, code: String },
}

/// Why one message was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: String,
    /// It will never be accepted.
    pub(crate) permanent: bool,
}

/// Codes by which SNS refuses a whole call for what is in it.
const CONTENTS: [&str; 8] = [
    "BatchEntryIdsNotDistinct",
    "BatchRequestTooLong",
    "InvalidBatchEntryId",
    "InvalidParameter",
    "InvalidParameterValue",
    "ParameterValueInvalid",
    "ValidationError",
    "ValidationException",
];

impl Topic {
    /// Sends up to ten messages, once. Retrying is the relay's, which knows what else waits.
    pub(crate) async fn publish(&self, batch: Vec<OutboxMessage>) -> PublishOutcome {
        if let [only] = batch.as_slice()
            && only.bytes() > MOST_BYTES
        {
            return PublishOutcome::Contents {
                batch,
                code: "MessageTooLong".to_owned(),
            };
        }
        let mut call = self.sns.publish_batch().topic_arn(&self.arn);
        for (id, message) in batch.iter().enumerate() {
            match message.entry(id) {
                Ok(entry) => call = call.publish_batch_request_entries(entry),
                Err(_) => {
                    return PublishOutcome::Contents {
                        batch,
                        code: "InvalidEntry".to_owned(),
                    };
                }
            }
        }
        let once = Config::builder().retry_config(RetryConfig::disabled());
        match timeout(self.timeout, call.customize().config_override(once).send()).await {
            Ok(Ok(output)) => each(batch, &output),
            Ok(Err(error)) => failed(batch, &error),
            Err(_) => PublishOutcome::Topic {
                batch,
                code: "Timeout".to_owned(),
            },
        }
    }
}

fn each(batch: Vec<OutboxMessage>, output: &PublishBatchOutput) -> PublishOutcome {
    let accepted_ids: Vec<&str> = output
        .successful()
        .iter()
        .filter_map(|entry| entry.id())
        .collect();
    let faults: HashMap<&str, &BatchResultErrorEntry> =
        output.failed().iter().map(|entry| (entry.id(), entry)).collect();
    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    for (id, message) in batch.into_iter().enumerate() {
        let id = id.to_string();
        if accepted_ids.contains(&id.as_str()) {
            accepted.push(message);
        } else {
            let fault = faults
                .get(id.as_str())
                .map_or_else(unmentioned, |entry| fault(entry));
            refused.push((message, fault));
        }
    }
    PublishOutcome::Each { accepted, refused }
}

/// A message that the answer does not speak of may or may not have been accepted.
fn unmentioned() -> Fault {
    Fault {
        code: "NoAnswer".to_owned(),
        permanent: false,
    }
}

fn fault(entry: &BatchResultErrorEntry) -> Fault {
    let code = entry.code();
    let passes = ["Throttl", "KMS", "Authorization", "AccessDenied"]
        .iter()
        .any(|part| code.contains(part));
    Fault {
        code: code.to_owned(),
        permanent: entry.sender_fault() && !passes,
    }
}

fn failed<E, R>(batch: Vec<OutboxMessage>, error: &SdkError<E, R>) -> PublishOutcome
where
    SdkError<E, R>: ProvideErrorMetadata,
{
    let code = error.code().unwrap_or(match error {
        SdkError::TimeoutError(_) => "Timeout",
        SdkError::DispatchFailure(_) => "NotReached",
        SdkError::ResponseError(_) => "NoAnswer",
        SdkError::ConstructionFailure(_) => "NotConfigured",
        _ => "Unknown",
    });
    // A wrong topic is nobody's message's fault.
    let of_topic = error
        .message()
        .is_some_and(|text| text.contains("TopicArn") || text.contains("TargetArn"));
    let code = code.to_owned();
    if CONTENTS.contains(&code.trim_end_matches("Exception")) && !of_topic {
        PublishOutcome::Contents { batch, code }
    } else {
        PublishOutcome::Topic { batch, code }
    }
}
