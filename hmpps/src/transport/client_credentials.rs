//! The token of this service's client: fetched once, kept until shortly before it expires.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::{Client, StatusCode};
use tokio::sync::Mutex;

use super::{UpstreamFault, send, unreadable};
use crate::tolerant::Document;

/// A token is not used in its last seconds, so that it is still good when it arrives.
const MARGIN: Duration = Duration::from_secs(20);

/// Gets tokens for our client from hmpps-auth.
pub(crate) struct ClientCredentials {
    url: String,
    client_id: String,
    secret: String,
    http: Client,
    held: Mutex<Option<Held>>,
}

struct Held {
    token: Arc<str>,
    good_until: Instant,
}

struct Granted {
    token: Arc<str>,
    lifetime: Duration,
}

/// How long a token is used whose lifetime cannot be read.
const SHORT: Duration = Duration::from_mins(1);

impl ClientCredentials {
    /// Our client at hmpps-auth, whose address ends in `/auth`.
    #[must_use]
    pub(crate) fn new(auth_url: &str, client_id: &str, secret: &str, http: Client) -> Self {
        Self {
            url: format!("{}/oauth/token", auth_url.trim_end_matches('/')),
            client_id: client_id.to_owned(),
            secret: secret.to_owned(),
            http,
            held: Mutex::new(None),
        }
    }

    /// A token that is still good for a while.
    ///
    /// # Errors
    /// When hmpps-auth gives none.
    pub(crate) async fn token(&self) -> Result<Arc<str>, UpstreamFault> {
        self.token_unless(|_| true).await
    }

    /// Another token than the one that was refused: a new one, unless somebody got one meanwhile.
    ///
    /// # Errors
    /// When hmpps-auth gives none.
    pub(crate) async fn token_instead_of(&self, refused: &str) -> Result<Arc<str>, UpstreamFault> {
        self.token_unless(|held| held != refused).await
    }

    /// Who holds the lock asks; the others wait and find the answer.
    async fn token_unless(&self, will_do: impl Fn(&str) -> bool) -> Result<Arc<str>, UpstreamFault> {
        let mut held = self.held.lock().await;
        if let Some(held) = held.as_ref().filter(|held| will_do(&held.token))
            && Instant::now() < held.good_until
        {
            return Ok(Arc::clone(&held.token));
        }
        let granted = self
            .ask()
            .await
            .map_err(|fault| UpstreamFault::NoToken(Box::new(fault)))?;
        let token = granted.token;
        let lifetime = granted.lifetime.saturating_sub(MARGIN);
        let good_until = Instant::now().checked_add(lifetime).unwrap_or_else(Instant::now);
        *held = Some(Held {
            token: Arc::clone(&token),
            good_until,
        });
        Ok(token)
    }

    async fn ask(&self) -> Result<Granted, UpstreamFault> {
        let request = self
            .http
            .post(&self.url)
            .query(&[("grant_type", "client_credentials")])
            .basic_auth(&self.client_id, Some(&self.secret));
        let response = send(request).await?;
        match response.status() {
            status if status.is_success() => granted(&response.json().await.map_err(unreadable)?),
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                Err(UpstreamFault::Refused(status))
            }
            status => Err(UpstreamFault::Status(status)),
        }
    }
}

fn granted(answer: &Document) -> Result<Granted, UpstreamFault> {
    let token = answer
        .text("access_token")
        .ok_or(UpstreamFault::Lacks("access_token"))?;
    let seconds = answer
        .number("expires_in")
        .and_then(|seconds| seconds.try_into().ok());
    Ok(Granted {
        token: token.into(),
        lifetime: seconds.map_or(SHORT, Duration::from_secs),
    })
}

/// Says who, never with which secret.
impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
