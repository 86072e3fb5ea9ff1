//! Verifies bearer tokens of hmpps-auth and reads their claims.

mod claims;
mod keys;
mod signature;

use std::{
    collections::BTreeSet,
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use jsonwebtoken::{Algorithm, Validation, decode, decode_header, errors::ErrorKind};
use moka::sync::Cache;
use reqwest::Client;
use sha2::{Digest, Sha256};

use claims::{Claims, key_id};
use keys::PublicKeys;

pub use claims::is_identifier;

/// The longest token that is read, in bytes.
const LONGEST_TOKEN: usize = 16 * 1024;
/// A token is verified again after this time, so that a withdrawn key serves hardly longer.
const CACHE_TTL: Duration = Duration::from_mins(1);
/// The most verified tokens that are kept.
const CACHE_CAPACITY: u64 = 10_000;

/// Why a token is not accepted. The texts never show it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The request has no token.
    #[error("no token: send 'Authorization: Bearer …'")]
    Missing,
    /// Not a token as hmpps-auth makes them: RS256, with a key id and the claims that every token has.
    #[error("not a token of hmpps-auth")]
    Malformed,
    /// The token has expired.
    #[error("the token has expired: get a new one")]
    Expired,
    /// The token is not valid yet.
    #[error("the token is not valid yet: check the clocks")]
    NotYetValid,
    /// The key that the token names did not sign it.
    #[error("the token's signature is wrong")]
    BadSignature,
    /// Another issuer.
    #[error("the token is not from the expected issuer")]
    WrongIssuer,
    /// The key that it names is not one of hmpps-auth's.
    #[error("the token's key is unknown")]
    UnknownKey,
    /// The keys could not be fetched. Not the caller's fault.
    #[error("hmpps-auth's keys could not be had: try again in a moment")]
    KeysUnavailable,
    /// The caseloads could not be fetched. Not the caller's fault.
    #[error("your caseloads could not be had from nomis-user-roles: try again in a moment")]
    CaseloadsUnavailable,
}

impl TokenError {
    /// Whether an upstream service is at fault and the caller may try again, rather than the token.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::KeysUnavailable | Self::CaseloadsUnavailable)
    }
}

/// The settings of a verifier.
#[derive(Debug, Clone)]
pub struct VerifierOptions {
    /// The address of the keys: `{auth}/.well-known/jwks.json`.
    pub jwks_url: String,
    /// The issuer that tokens must name: `{auth}/issuer`.
    pub issuer: String,
    /// The difference between clocks that is allowed.
    pub clock_skew: Duration,
    /// Keys are fetched again after this time, so that a withdrawn one is forgotten; usually ten minutes.
    pub keys_fresh_for: Duration,
    /// The HTTP client that fetches the keys.
    pub http: Client,
}

/// The claims of a verified token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedToken {
    /// The person's user name; absent for a system's own token.
    pub username: Option<String>,
    /// The person's name, when the token has it.
    pub name: Option<String>,
    /// The client that asked for the token.
    pub client_id: String,
    /// Scopes, such as `read`.
    pub scopes: BTreeSet<String>,
    /// Authorities, such as `ROLE_ALLOC_MGR`.
    pub authorities: BTreeSet<String>,
    /// The time of expiry, in seconds since 1970 UTC.
    pub expires_at: u64,
}

/// Verifies tokens.
pub struct TokenVerifier {
    keys: Arc<PublicKeys>,
    validation: Validation,
    proved: Cache<[u8; 32], Arc<VerifiedToken>>,
}

impl TokenVerifier {
    /// A verifier that has no keys yet; the first token fetches them.
    #[must_use]
    pub fn new(options: VerifierOptions) -> Self {
        signature::install();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.leeway = options.clock_skew.as_secs();
        validation.validate_nbf = true;
        // hmpps-auth names no audience that every service could check; the issuer and the roles decide.
        validation.validate_aud = false;
        validation.set_issuer(&[options.issuer]);
        validation.set_required_spec_claims(&["exp", "iss"]);
        Self {
            keys: Arc::new(PublicKeys::new(
                options.jwks_url,
                options.keys_fresh_for,
                options.http,
            )),
            validation,
            proved: Cache::builder()
                .max_capacity(CACHE_CAPACITY)
                .time_to_live(CACHE_TTL)
                .build(),
        }
    }

    /// The claims of a token that hmpps-auth signed and that is valid now.
    ///
    /// # Errors
    /// When the token is not accepted, or the keys could not be fetched.
    pub async fn verify(&self, token: &str) -> Result<Arc<VerifiedToken>, TokenError> {
        if token.is_empty() {
            return Err(TokenError::Missing);
        }
        if token.len() > LONGEST_TOKEN {
            return Err(TokenError::Malformed);
        }
        let digest: [u8; 32] = Sha256::digest(token).into();
        if let Some(proved) = self.proved.get(&digest) {
            return self.still_good(proved);
        }
        let proved = Arc::new(self.prove(token).await?);
        self.proved.insert(digest, Arc::clone(&proved));
        Ok(proved)
    }

    async fn prove(&self, token: &str) -> Result<VerifiedToken, TokenError> {
        let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
        let key = self.keys.find(&key_id(header)?).await?;
        let proved = decode::<Claims>(token, &key, &self.validation).map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => TokenError::Expired,
            ErrorKind::ImmatureSignature => TokenError::NotYetValid,
            ErrorKind::InvalidSignature => TokenError::BadSignature,
            ErrorKind::InvalidIssuer => TokenError::WrongIssuer,
            _ => TokenError::Malformed,
        })?;
        Ok(proved.claims.into())
    }

    fn still_good(&self, proved: Arc<VerifiedToken>) -> Result<Arc<VerifiedToken>, TokenError> {
        let now = SystemTime::UNIX_EPOCH
            .elapsed()
            .map_or(u64::MAX, |since| since.as_secs());
        if proved.expires_at.saturating_add(self.validation.leeway) < now {
            Err(TokenError::Expired)
        } else {
            Ok(proved)
        }
    }
}

/// Prints the source of the keys and no token.
impl fmt::Debug for TokenVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenVerifier")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
