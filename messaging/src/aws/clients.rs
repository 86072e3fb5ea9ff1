//! How the service reaches SNS and SQS.

use std::{fmt, time::Duration};

use aws_config::{BehaviorVersion, Region, SdkConfig, timeout::TimeoutConfig};
use aws_credential_types::Credentials;

/// Where SNS and SQS are, and as whom they are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsOptions {
    /// The region, such as `eu-west-2`.
    pub region: String,
    /// Another address than that of AWS: the local profile's emulator.
    pub endpoint: Option<String>,
    /// Fixed credentials; otherwise the service account's role, or whatever else the environment gives.
    pub credentials: Option<StaticCredentials>,
}

/// Credentials that do not change.
#[derive(Clone, PartialEq, Eq)]
pub struct StaticCredentials {
    /// The id of the key.
    pub access_key_id: String,
    /// The key; never shown.
    pub secret_access_key: String,
}

impl fmt::Debug for StaticCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticCredentials").finish_non_exhaustive()
    }
}

impl AwsOptions {
    /// A client for SNS and one for SQS.
    pub async fn clients(&self) -> (aws_sdk_sns::Client, aws_sdk_sqs::Client) {
        let config = self.config().await;
        (aws_sdk_sns::Client::new(&config), aws_sdk_sqs::Client::new(&config))
    }

    async fn config(&self) -> SdkConfig {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(3))
            .read_timeout(Duration::from_secs(10))
            .operation_timeout(Duration::from_secs(30))
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(self.region.clone()))
            .timeout_config(timeouts);
        if let Some(endpoint) = &self.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        if let Some(StaticCredentials { access_key_id, secret_access_key }) = &self.credentials {
            let credentials = Credentials::new(access_key_id, secret_access_key, None, None, "configuration");
            loader = loader.credentials_provider(credentials);
        }
        loader.load().await
    }
}
