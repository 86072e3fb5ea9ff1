//! hmpps-auth's public keys: fetched when a token names an unknown one, kept while hmpps-auth is down.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use backon::{ExponentialBuilder, Retryable};
use jsonwebtoken::{
    DecodingKey,
    jwk::{Jwk, PublicKeyUse},
};
use moka::sync::Cache;
use reqwest::Client;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;

use super::TokenError;

/// The shortest time between two fetches: tokens with invented keys cost hmpps-auth nothing.
const PAUSE: Duration = Duration::from_secs(1);
/// The time for which a key that hmpps-auth did not have is not fetched again.
const FORGET_UNKNOWN: Duration = Duration::from_secs(30);
const MOST_UNKNOWN: u64 = 1_000;

type Keys = HashMap<String, Arc<DecodingKey>>;

/// The published keys.
pub(super) struct PublicKeys {
    url: String,
    fresh_for: Duration,
    http: Client,
    known: RwLock<Known>,
    unknown: Cache<String, ()>,
    /// Held by the task that fetches. The value is the end of the last fetch and whether it succeeded.
    fetching: Mutex<Option<(Instant, bool)>>,
}

#[derive(Default)]
struct Known {
    keys: Keys,
    fetched: Option<Instant>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl PublicKeys {
    pub(super) fn new(url: String, fresh_for: Duration, http: Client) -> Self {
        Self {
            url,
            fresh_for,
            http,
            known: RwLock::default(),
            unknown: Cache::builder()
                .max_capacity(MOST_UNKNOWN)
                .time_to_live(FORGET_UNKNOWN)
                .build(),
            fetching: Mutex::new(None),
        }
    }

    /// The key of that id.
    pub(super) async fn find(self: &Arc<Self>, kid: &str) -> Result<Arc<DecodingKey>, TokenError> {
        if let Some((key, is_fresh)) = self.known(kid) {
            if !is_fresh {
                self.refresh_in_background();
            }
            return Ok(key);
        }
        if self.unknown.contains_key(kid) {
            return Err(TokenError::UnknownKey);
        }
        self.fetch_for(kid).await
    }

    /// One task fetches; the others wait for it and look again.
    async fn fetch_for(&self, kid: &str) -> Result<Arc<DecodingKey>, TokenError> {
        let mut last = self.fetching.lock().await;
        if let Some((key, _)) = self.known(kid) {
            return Ok(key);
        }
        let fetched = match *last {
            Some((ended, succeeded)) if ended.elapsed() < PAUSE => {
                return Err(if succeeded {
                    TokenError::UnknownKey
                } else {
                    TokenError::KeysUnavailable
                });
            }
            _ => self.fetch().await,
        };
        *last = Some((Instant::now(), fetched));
        drop(last);
        match self.known(kid) {
            Some((key, _)) => Ok(key),
            None if fetched => {
                self.unknown.insert(kid.to_owned(), ());
                Err(TokenError::UnknownKey)
            }
            None => Err(TokenError::KeysUnavailable),
        }
    }

    /// Fetches without anybody waiting: the known keys still serve, also while hmpps-auth is down.
    fn refresh_in_background(self: &Arc<Self>) {
        let keys = Arc::clone(self);
        tokio::spawn(async move {
            let Ok(mut last) = keys.fetching.try_lock() else {
                return;
            };
            if last.is_none_or(|(ended, _)| ended.elapsed() >= PAUSE) {
                let fetched = keys.fetch().await;
                *last = Some((Instant::now(), fetched));
            }
        });
    }

    fn known(&self, kid: &str) -> Option<(Arc<DecodingKey>, bool)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let key = known.keys.get(kid)?;
        Some((
            Arc::clone(key),
            known.fetched.is_some_and(|at| at.elapsed() < self.fresh_for),
        ))
    }

    async fn fetch(&self) -> bool {
        let retries = ExponentialBuilder::new()
            .with_min_delay(Duration::from_millis(50))
            .with_max_times(2)
            .with_jitter();
        match (|| self.ask()).retry(retries).await {
            Ok(keys) => {
                let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
                *known = Known {
                    keys,
                    fetched: Some(Instant::now()),
                };
                true
            }
            Err(error) => {
                tracing::warn!(error = %error.without_url(), "hmpps-auth's keys could not be fetched");
                false
            }
        }
    }

    async fn ask(&self) -> Result<Keys, reqwest::Error> {
        let request = self.http.get(&self.url).timeout(Duration::from_secs(5));
        let set: KeySet = request.send().await?.error_for_status()?.json().await?;
        Ok(set.keys.into_iter().filter_map(usable).collect())
    }
}

/// A key for RSA signatures with its id; others may be published beside.
fn usable(key: Value) -> Option<(String, Arc<DecodingKey>)> {
    if key.get("kty")?.as_str()? != "RSA" {
        return None;
    }
    let key: Jwk = serde_json::from_value(key).ok()?;
    if key
        .common
        .public_key_use
        .as_ref()
        .is_some_and(|public| *public != PublicKeyUse::Signature)
    {
        return None;
    }
    let decoding = DecodingKey::from_jwk(&key).ok()?;
    Some((key.common.key_id?, Arc::new(decoding)))
}

impl fmt::Debug for PublicKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKeys")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
