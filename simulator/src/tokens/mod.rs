//! Tokens as hmpps-auth makes them, signed with a key of our own that survives a restart.
//!
//! Caseloads are not in a token, here as in production: the service asks nomis-user-roles for them by user name. So an
//! issued token's user is registered beside the key, and a running simulator answers for them.

mod keys;
mod users;

#[cfg(test)]
mod tests;

use std::{
    path::PathBuf,
    sync::{PoisonError, RwLock},
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{PrisonCode, StaffId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

pub use users::RegisteredUser;

use keys::SigningKey;
use users::Users;

/// Who issues simulated tokens. It names no address, so that a token outlives the port on which it was made.
pub const ISSUER: &str = "http://hmpps-auth.simulator.invalid/auth/issuer";

/// The keys cannot be made, read or written, or a token not signed.
#[derive(Debug, thiserror::Error)]
pub enum TokenFault {
    /// A file beside the key, or the key's own, cannot be used.
    #[error("{} cannot be read or written: check its folder and who owns it", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file holds something else.
    #[error("{} is not what this program wrote there: delete it to start with new keys and users", path.display())]
    Content {
        /// Which.
        path: PathBuf,
    },
    /// The cryptographic library refused.
    #[error("a token key could not be made or used")]
    Cryptography,
}

/// What a token should say.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// The person, by NOMIS user name; absent for a system's own token.
    pub username: Option<String>,
    /// The person's name as history shows it.
    pub name: Option<String>,
    /// The person's staff id.
    pub staff_id: Option<StaffId>,
    /// The client that asked for the token.
    pub client_id: String,
    /// Authorities, such as `ROLE_ALLOC_MGR`.
    pub authorities: Vec<String>,
    /// What nomis-user-roles shall say are the person's caseloads; the first is the active one.
    pub caseloads: Vec<PrisonCode>,
    /// Scopes; usually `read` and `write`.
    pub scope: Vec<String>,
    /// How long the token is good, from now; already over when negative.
    pub lifetime: TimeDelta,
}

impl TokenRequest {
    /// A system's own token, good for an hour.
    #[must_use]
    pub fn client(client_id: &str, authorities: &[&str]) -> Self {
        Self {
            username: None,
            name: None,
            staff_id: None,
            client_id: client_id.to_owned(),
            authorities: authorities
                .iter()
                .map(|&authority| authority.to_owned())
                .collect(),
            caseloads: Vec::new(),
            scope: vec!["read".to_owned(), "write".to_owned()],
            lifetime: TimeDelta::hours(1),
        }
    }

    /// A person's token, good for an hour. The user name is made from the caseloads (`LOCAL_LEI_MDI`), so that tokens
    /// for different caseloads are different people's.
    #[must_use]
    pub fn local_user(authorities: &[&str], caseloads: &[PrisonCode]) -> Self {
        let username = caseloads
            .iter()
            .fold("LOCAL".to_owned(), |name, code| format!("{name}_{code}"));
        Self {
            name: Some("Local User".to_owned()),
            username: Some(username),
            caseloads: caseloads.to_vec(),
            ..Self::client("local-profile", authorities)
        }
    }

    /// The staff id that its user is registered with because it names none.
    #[must_use]
    pub fn made_up_staff_id(&self) -> Option<StaffId> {
        let (_, user) = RegisteredUser::of(self).filter(|_| self.staff_id.is_none())?;
        Some(user.staff_id)
    }
}

/// What a token says, so far as simulated upstream services ask.
#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    /// Roles.
    #[serde(default)]
    pub authorities: Vec<String>,
    #[serde(with = "chrono::serde::ts_seconds")]
    exp: DateTime<Utc>,
}

/// Signs tokens, and knows whom it signed them for.
#[derive(Debug)]
pub struct TokenIssuer {
    file: Option<PathBuf>,
    keys: RwLock<Vec<SigningKey>>,
    users: Users,
}

impl TokenIssuer {
    /// An issuer whose key and users are gone when the program ends.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn in_memory() -> Result<Self, TokenFault> {
        Ok(Self {
            file: None,
            keys: RwLock::new(vec![SigningKey::generate()?]),
            users: Users::in_memory(),
        })
    }

    /// An issuer with its key in a file that only its owner may read, made when missing, and its users in a file
    /// beside it (`tokens.json` has `tokens.users.json`).
    ///
    /// # Errors
    /// When the file cannot be used or holds something else.
    pub fn open(file: PathBuf) -> Result<Self, TokenFault> {
        let users = Users::beside(&file);
        let keys = match keys::read(&file)? {
            Some(keys) => keys,
            None => vec![SigningKey::generate()?],
        };
        keys::write(&file, &keys)?;
        Ok(Self {
            file: Some(file),
            keys: RwLock::new(keys),
            users,
        })
    }

    /// A signed token. A person for whom caseloads are asked is registered with them first; without, nomis-user-roles
    /// answers what the population says of the user name.
    ///
    /// # Errors
    /// When the person cannot be registered or the token not signed.
    pub fn issue(&self, request: &TokenRequest) -> Result<String, TokenFault> {
        if let Some((username, user)) = RegisteredUser::of(request) {
            self.users.register(username, user)?;
        }
        let claims = claims(request, now());
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.last().ok_or(TokenFault::Cryptography)?.sign(&claims)
    }

    /// Signs with a new key from now on; the older ones are still published.
    ///
    /// # Errors
    /// When no key can be made or written.
    pub fn rotate(&self) -> Result<(), TokenFault> {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        keys.push(SigningKey::generate()?);
        self.file
            .as_deref()
            .map_or(Ok(()), |file| keys::write(file, &keys))
    }

    /// Publishes only the newest key from now on: tokens signed with older ones are no longer good.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget_older_keys(&self) -> Result<(), TokenFault> {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let older = keys.len().saturating_sub(1);
        keys.drain(..older);
        self.file
            .as_deref()
            .map_or(Ok(()), |file| keys::write(file, &keys))
    }

    /// The public keys, as `/.well-known/jwks.json` shows them.
    #[must_use]
    pub fn jwks(&self) -> Value {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        json!({ "keys": keys.iter().map(SigningKey::public).collect::<Vec<_>>() })
    }

    /// What a token of ours says; none when it is not ours or is over.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<Claims> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let claims: Claims = keys.iter().find_map(|key| key.verify(token))?;
        (claims.exp > now()).then_some(claims)
    }

    /// The person registered under a user name.
    ///
    /// # Errors
    /// When the file of users cannot be read.
    pub fn user(&self, username: &str) -> Result<Option<RegisteredUser>, TokenFault> {
        self.users.by_name(username)
    }

    /// The person registered with a staff id, and their user name.
    ///
    /// # Errors
    /// When the file of users cannot be read.
    pub fn user_of_staff(&self, staff_id: StaffId) -> Result<Option<(String, RegisteredUser)>, TokenFault> {
        self.users.by_staff_id(staff_id)
    }
}

fn claims(request: &TokenRequest, now: DateTime<Utc>) -> Value {
    let expires = now.checked_add_signed(request.lifetime).unwrap_or(now);
    let mut claims = json!({
        "sub": request.username.as_ref().unwrap_or(&request.client_id),
        "client_id": request.client_id,
        "auth_source": if request.username.is_some() { "nomis" } else { "none" },
        "grant_type": if request.username.is_some() { "authorization_code" } else { "client_credentials" },
        "scope": request.scope,
        "authorities": request.authorities,
        "jti": Uuid::now_v7(),
        "exp": expires.timestamp(),
        "iss": ISSUER,
    });
    if let (Some(username), Value::Object(claims)) = (&request.username, &mut claims) {
        claims.insert("user_name".to_owned(), json!(username));
        claims.extend(request.name.as_ref().map(|name| ("name".to_owned(), json!(name))));
        claims.extend(
            request
                .staff_id
                .map(|id| ("user_id".to_owned(), json!(id.to_string()))),
        );
    }
    claims
}

/// What a key file holds.
#[derive(Serialize, Deserialize)]
struct KeyFile {
    /// PKCS #8, base64, oldest first.
    keys: Vec<String>,
}

/// Tokens are told from expired ones by those who ask for them, so the issuer's time is theirs.
#[expect(clippy::disallowed_methods, reason = "an issuer has a clock of its own")]
fn now() -> DateTime<Utc> {
    Utc::now()
}
