//! One upstream service: patient with what passes, quick to say what does not, and never more than a courteous few
//! calls at a time.

mod credentials;

use std::{sync::Arc, time::Duration};

use backon::{ExponentialBuilder, Retryable};
use reqwest::{Client, RequestBuilder, StatusCode, redirect::Policy};
use serde::de::DeserializeOwned;
use tokio::{sync::Semaphore, time::timeout};

pub use credentials::ClientCredentials;

/// The most calls that one upstream service has from us at a time.
const COURTESY: usize = 10;

/// How long upstream services are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientTimeouts {
    /// For a connection.
    pub connect: Duration,
    /// For an answer, retries included. One attempt gets a third of it.
    pub total: Duration,
}

impl Default for ClientTimeouts {
    /// 5 seconds and 30 seconds.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(30),
        }
    }
}

/// The HTTP client cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be made: check that the system's certificates can be read")]
pub struct HttpClientFault(#[source] reqwest::Error);

/// Makes ring the process's provider for TLS. Every HTTP client that is made without it panics.
pub fn use_ring_for_tls() {
    // Only the first call installs it; the later ones find it there.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The HTTP client that all upstream services share. It follows no redirects, which would carry tokens elsewhere.
///
/// # Errors
/// When the system's certificates cannot be used.
pub fn http_client(timeouts: ClientTimeouts) -> Result<Client, HttpClientFault> {
    use_ring_for_tls();
    Client::builder()
        .connect_timeout(timeouts.connect)
        .timeout(timeouts.total.checked_div(3).unwrap_or(timeouts.total))
        .redirect(Policy::none())
        .user_agent("pom-allocations")
        .build()
        .map_err(HttpClientFault)
}

/// An upstream service did not answer as it should. Texts hold no address, because addresses hold people's numbers.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamFault {
    /// No connection, or no answer in time.
    #[error("no answer")]
    Unreachable(#[source] reqwest::Error),
    /// Not within the time that a caller can wait.
    #[error("no answer in {} seconds", .0.as_secs())]
    TooLate(Duration),
    /// An answer that is no answer.
    #[error("answered {0}")]
    Status(StatusCode),
    /// Our client's token is refused even when new.
    #[error("refuses our client ({0}): check the client's roles")]
    Refused(StatusCode),
    /// The answer is not what was agreed.
    #[error("the answer cannot be read")]
    Malformed(#[source] reqwest::Error),
    /// The answer has not what is needed.
    #[error("the answer has no {0}")]
    Lacks(&'static str),
    /// hmpps-auth gives no token for our client.
    #[error("hmpps-auth gives no token for our client")]
    NoToken(#[source] Box<UpstreamFault>),
}

impl UpstreamFault {
    /// Whether another attempt may succeed.
    fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Status(status) => {
                matches!(
                    *status,
                    StatusCode::INTERNAL_SERVER_ERROR | StatusCode::BAD_GATEWAY
                )
            }
            Self::NoToken(cause) => cause.may_pass(),
            Self::TooLate(_) | Self::Refused(_) | Self::Malformed(_) | Self::Lacks(_) => false,
        }
    }
}

/// An upstream service, called with our client's token.
#[derive(Debug)]
pub struct Upstream {
    name: &'static str,
    base_url: String,
    http: Client,
    credentials: Arc<ClientCredentials>,
    total: Duration,
    permits: Semaphore,
}

impl Upstream {
    /// The service of that name at an address, such as `https://prisoner-search.prison.service.justice.gov.uk`.
    #[must_use]
    pub fn new(
        name: &'static str,
        base_url: &str,
        http: Client,
        credentials: Arc<ClientCredentials>,
        timeouts: ClientTimeouts,
    ) -> Self {
        Self {
            name,
            base_url: base_url.trim_end_matches('/').to_owned(),
            http,
            credentials,
            total: timeouts.total,
            permits: Semaphore::new(COURTESY),
        }
    }

    /// Its name, as messages and health reports give it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its address, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What the service has at a path; none when it has nothing there.
    ///
    /// # Errors
    /// When it does not answer, or not as agreed, within the total time.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, UpstreamFault> {
        let url = format!("{}{path}", self.base_url);
        let answer = (|| self.attempt(&url))
            .retry(patience())
            .when(UpstreamFault::may_pass);
        let answer = timeout(self.total, answer)
            .await
            .unwrap_or(Err(UpstreamFault::TooLate(self.total)));
        answer.inspect_err(|fault| {
            tracing::warn!(upstream = self.name, error = %fault, "upstream call failed");
        })
    }

    async fn attempt<T: DeserializeOwned>(&self, url: &str) -> Result<Option<T>, UpstreamFault> {
        let Ok(_permit) = self.permits.acquire().await else {
            return Err(UpstreamFault::TooLate(self.total));
        };
        let token = self.credentials.token().await?;
        let mut response = send(self.http.get(url).bearer_auth(&token)).await?;
        if response.status() == StatusCode::UNAUTHORIZED {
            let fresh = self.credentials.token_instead_of(&token).await?;
            response = send(self.http.get(url).bearer_auth(&fresh)).await?;
        }
        match response.status() {
            StatusCode::NOT_FOUND | StatusCode::NO_CONTENT => Ok(None),
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                Err(UpstreamFault::Refused(status))
            }
            status if status.is_success() => response.json().await.map(Some).map_err(unreadable),
            status => Err(UpstreamFault::Status(status)),
        }
    }
}

/// Three more attempts: after 50, 100 and 200 ms, each a little later by chance so that replicas don't march in step.
fn patience() -> ExponentialBuilder {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(50))
        .with_factor(2.0)
        .with_max_times(3)
        .with_jitter()
}

async fn send(request: RequestBuilder) -> Result<reqwest::Response, UpstreamFault> {
    request
        .send()
        .await
        .map_err(|error| UpstreamFault::Unreachable(error.without_url()))
}

/// A body that breaks off is the connection's fault; one that is whole and wrong is the service's.
fn unreadable(error: reqwest::Error) -> UpstreamFault {
    let error = error.without_url();
    if error.is_decode() {
        UpstreamFault::Malformed(error)
    } else {
        UpstreamFault::Unreachable(error)
    }
}
