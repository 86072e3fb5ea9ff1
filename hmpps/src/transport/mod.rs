//! Calls of upstream services: retried while the fault may pass, bounded in time and in number.

mod client_credentials;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use backon::{ExponentialBuilder, Retryable};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect::Policy};
use serde::de::DeserializeOwned;
use tokio::{sync::Semaphore, time::timeout};

pub(crate) use client_credentials::ClientCredentials;

use crate::upstreams::Upstream;

/// The most calls that one upstream service has from this process at a time.
const MAX_CONCURRENT_CALLS: usize = 10;

/// The time for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The time for a request that sets none.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The HTTP client cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be made: check that the system's certificates can be read")]
pub struct HttpClientFault(#[source] reqwest::Error);

/// Makes ring the process's provider for TLS. Every HTTP client that is made without it panics.
pub fn use_ring_for_tls() {
    // Only the first call installs it; the later ones find it there.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The HTTP client that the clients of all upstream services share. It follows no redirects: a redirect would carry the
/// token to another host.
///
/// # Errors
/// When the system's certificates cannot be used.
pub fn http_client() -> Result<Client, HttpClientFault> {
    use_ring_for_tls();
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
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
    /// No answer within the upstream's timeout.
    #[error("no answer in {} seconds", .0.as_secs())]
    TooLate(Duration),
    /// A status that is neither an answer nor 'not found'.
    #[error("answered {0}")]
    Status(StatusCode),
    /// The credential is refused, a new token included.
    #[error("refuses our client ({0}): check the client's roles")]
    Refused(StatusCode),
    /// The body is not JSON of the agreed shape.
    #[error("the answer cannot be read")]
    Malformed(#[source] reqwest::Error),
    /// A member that is needed is missing.
    #[error("the answer has no {0}")]
    Lacks(&'static str),
    /// hmpps-auth grants this service's client no token.
    #[error("hmpps-auth gives no token for our client")]
    NoToken(#[source] Box<UpstreamFault>),
}

impl UpstreamFault {
    /// Whether another attempt may succeed.
    fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Status(status) => {
                matches!(
                    *status,
                    StatusCode::INTERNAL_SERVER_ERROR | StatusCode::BAD_GATEWAY
                )
            }
            Self::NoToken(cause) => cause.is_transient(),
            Self::TooLate(_) | Self::Refused(_) | Self::Malformed(_) | Self::Lacks(_) => false,
        }
    }
}

/// The credential that a request carries.
pub(crate) enum Authorisation {
    /// The token of this service's client.
    ClientToken(Arc<ClientCredentials>),
    /// An API key: header and value.
    ApiKey(&'static str, String),
    /// None.
    None,
}

/// Never prints a key.
impl fmt::Debug for Authorisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientToken(_) => "ClientToken",
            Self::ApiKey(..) => "ApiKey",
            Self::None => "None",
        })
    }
}

/// The client of one upstream service.
#[derive(Debug)]
pub struct UpstreamClient {
    name: &'static str,
    base_url: String,
    timeout: Duration,
    http: Client,
    authorisation: Authorisation,
    permits: Semaphore,
}

impl UpstreamClient {
    /// A client for the service of this row at an address.
    pub(crate) fn new(row: &Upstream, base_url: &str, http: Client, authorisation: Authorisation) -> Self {
        Self {
            name: row.name,
            base_url: base_url.to_owned(),
            timeout: row.timeout,
            http,
            authorisation,
            permits: Semaphore::new(MAX_CONCURRENT_CALLS),
        }
    }

    /// The document at a path; none when the service answers that it has none.
    ///
    /// # Errors
    /// When it does not answer, or not as agreed, within its timeout.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, UpstreamFault> {
        let begun = Instant::now();
        let url = format!("{}{path}", self.base_url);
        let answer = (|| self.attempt(&url))
            .retry(retries())
            .when(UpstreamFault::is_transient);
        let answer = timeout(self.timeout, answer)
            .await
            .unwrap_or(Err(UpstreamFault::TooLate(self.timeout)));
        let outcome = match &answer {
            Ok(Some(_)) => "answered",
            Ok(None) => "not_found",
            Err(_) => "failed",
        };
        metrics::histogram!("upstream_seconds", "upstream" => self.name, "outcome" => outcome)
            .record(begun.elapsed());
        answer.inspect_err(|fault| {
            tracing::warn!(upstream = self.name, error = %fault, "upstream call failed");
        })
    }

    async fn attempt<T: DeserializeOwned>(&self, url: &str) -> Result<Option<T>, UpstreamFault> {
        let Ok(_permit) = self.permits.acquire().await else {
            return Err(UpstreamFault::TooLate(self.timeout));
        };
        let response = self.authorised(url).await?;
        match response.status() {
            StatusCode::NOT_FOUND | StatusCode::NO_CONTENT => Ok(None),
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                Err(UpstreamFault::Refused(status))
            }
            status if status.is_success() => response.json().await.map(Some).map_err(unreadable),
            status => Err(UpstreamFault::Status(status)),
        }
    }

    /// Sends the request with the credential. A refused token is replaced by a new one, once.
    async fn authorised(&self, url: &str) -> Result<Response, UpstreamFault> {
        let time = self.timeout.checked_div(3).unwrap_or(self.timeout);
        let request = || self.http.get(url).timeout(time);
        match &self.authorisation {
            Authorisation::None => send(request()).await,
            Authorisation::ApiKey(header, key) => send(request().header(*header, key)).await,
            Authorisation::ClientToken(credentials) => {
                let token = credentials.token().await?;
                let response = send(request().bearer_auth(&token)).await?;
                if response.status() != StatusCode::UNAUTHORIZED {
                    return Ok(response);
                }
                let fresh = credentials.token_instead_of(&token).await?;
                send(request().bearer_auth(&fresh)).await
            }
        }
    }
}

/// Three more attempts: after 50, 100 and 200 ms, with jitter so that replicas do not retry in step.
fn retries() -> ExponentialBuilder {
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
