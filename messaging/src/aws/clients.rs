//! How the service reaches SNS and SQS.

use std::{fmt, time::Duration};

use aws_config::{BehaviorVersion, Region, SdkConfig, timeout::TimeoutConfig};
use aws_credential_types::Credentials;
use aws_sdk_sns::config::SharedHttpClient;
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};

/// Where SNS and SQS are, and as whom they are called.
#[derive(Clone, PartialEq, Eq)]
pub struct AwsSettings {
    /// The region, such as `eu-west-2`.
    pub region: String,
    /// Another address than that of AWS: the local profile's emulator.
    pub endpoint: Option<String>,
    /// Key id and key that do not change; otherwise the service account's role, or whatever else the environment gives.
    pub credentials: Option<(String, String)>,
}

/// Never prints credentials.
impl fmt::Debug for AwsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsSettings")
            .field("region", &self.region)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// The clients of one account. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Clients {
    /// For the topic.
    pub sns: aws_sdk_sns::Client,
    /// For the queues.
    pub sqs: aws_sdk_sqs::Client,
}

impl Clients {
    /// Clients made from settings. Nothing is called yet.
    pub async fn new(settings: &AwsSettings) -> Self {
        let config = settings.config().await;
        Self {
            sns: aws_sdk_sns::Client::new(&config),
            sqs: aws_sdk_sqs::Client::new(&config),
        }
    }
}

/// The HTTPS client of the SDK, with ring for TLS.
#[must_use]
pub fn https_client() -> SharedHttpClient {
    Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https()
}

impl AwsSettings {
    async fn config(&self) -> SdkConfig {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(3))
            .read_timeout(Duration::from_secs(10))
            .operation_timeout(Duration::from_secs(30))
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(https_client())
            .region(Region::new(self.region.clone()))
            .timeout_config(timeouts);
        if let Some(endpoint) = &self.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        if let Some((id, key)) = &self.credentials {
            loader = loader.credentials_provider(Credentials::new(id, key, None, None, "configuration"));
        }
        loader.load().await
    }
}
