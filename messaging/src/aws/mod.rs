//! Clients for SNS and SQS, the queues' health, and the topology of the local profile.

mod clients;
pub mod health;
pub mod topology;

pub use clients::{AwsOptions, StaticCredentials};

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
    fn of<E>(service: &'static str, what: &'static str) -> impl FnOnce(E) -> Self
    where
        E: aws_sdk_sns::error::ProvideErrorMetadata,
    {
        move |error| Self { service, what, code: error.code().unwrap_or("no answer").to_owned() }
    }
}
