//! From a bearer token to the caller whom rules are checked against: roles from the token, caseloads from
//! nomis-user-roles.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use commands::{
    Actor, ActorKind,
    access::{Principal, Role},
    ports::FactUnavailable,
};
use moka::future::Cache;

use crate::{
    clients::{Account, NomisUserRoles},
    jwt::{TokenError, TokenVerifier, VerifiedToken},
};

const CACHE_CAPACITY: u64 = 10_000;

/// How long caseloads are cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseloadMemory {
    /// They are fetched again after this time.
    pub fresh_ttl: Duration,
    /// The last known ones count for this time while nomis-user-roles is down.
    pub stale_ttl: Duration,
}

impl Default for CaseloadMemory {
    /// One minute and ten minutes; the service sets the first by its limits.
    fn default() -> Self {
        Self {
            fresh_ttl: Duration::from_mins(1),
            stale_ttl: Duration::from_mins(10),
        }
    }
}

/// The sender of an accepted token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The principal of their commands.
    pub principal: Principal,
    /// The claims of the token.
    pub token: Arc<VerifiedToken>,
}

impl Caller {
    fn new(token: Arc<VerifiedToken>, account: Option<Account>) -> Self {
        Self {
            principal: principal(&token, account),
            token,
        }
    }

    /// Whether the token was given for this, such as `read`.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.token.scopes.contains(scope)
    }
}

/// Turns tokens into callers.
#[derive(Debug)]
pub struct Authenticator {
    verifier: TokenVerifier,
    users: NomisUserRoles,
    fresh: Cache<String, Option<Account>>,
    stale: Cache<String, Option<Account>>,
}

impl Authenticator {
    /// An authenticator that takes roles from verified tokens and caseloads from nomis-user-roles.
    #[must_use]
    pub fn new(verifier: TokenVerifier, users: NomisUserRoles, memory: CaseloadMemory) -> Self {
        let kept = |duration| {
            Cache::builder()
                .max_capacity(CACHE_CAPACITY)
                .time_to_live(duration)
                .build()
        };
        Self {
            verifier,
            users,
            fresh: kept(memory.fresh_ttl),
            stale: kept(memory.stale_ttl),
        }
    }

    /// The caller who sent this as the `Authorization` header.
    ///
    /// # Errors
    /// When there is no bearer token in it, it is not to be accepted, or an upstream service is away.
    pub async fn caller(&self, authorization: Option<&str>) -> Result<Caller, TokenError> {
        self.caller_with(bearer(authorization)?).await
    }

    /// The same by the token alone, for where roles decide: nomis-user-roles is not asked, and they have no caseloads.
    ///
    /// # Errors
    /// When there is no bearer token in it, it is not to be accepted, or hmpps-auth is away.
    pub async fn holder(&self, authorization: Option<&str>) -> Result<Caller, TokenError> {
        let token = self.verifier.verify(bearer(authorization)?).await?;
        Ok(Caller::new(token, None))
    }

    /// The caller who sent this token.
    ///
    /// # Errors
    /// When it is not to be accepted, or an upstream service is away.
    pub async fn caller_with(&self, token: &str) -> Result<Caller, TokenError> {
        self.renewed(self.verifier.verify(token).await?).await
    }

    /// The caller whose token was accepted, as they are now: their roles are those of the token, their caseloads may have
    /// changed.
    ///
    /// # Errors
    /// When nomis-user-roles is away.
    pub async fn renewed(&self, token: Arc<VerifiedToken>) -> Result<Caller, TokenError> {
        let account = match &token.username {
            Some(username) => self.account(username).await?,
            None => None,
        };
        Ok(Caller::new(token, account))
    }

    /// Concurrent requests for one user share one call.
    async fn account(&self, username: &str) -> Result<Option<Account>, TokenError> {
        let asking = async {
            let account = self.users.account(username).await?;
            self.stale.insert(username.to_owned(), account.clone()).await;
            Ok(account)
        };
        match self.fresh.try_get_with_by_ref(username, asking).await {
            Ok(account) => Ok(account),
            Err(fault) => self.last_known(username, &fault).await,
        }
    }

    async fn last_known(
        &self,
        username: &str,
        fault: &FactUnavailable,
    ) -> Result<Option<Account>, TokenError> {
        tracing::warn!(error = %fault, "caseloads as last known, if at all");
        self.stale
            .get(username)
            .await
            .ok_or(TokenError::CaseloadsUnavailable)
    }
}

/// The token in an `Authorization` header.
fn bearer(authorization: Option<&str>) -> Result<&str, TokenError> {
    let (scheme, token) = authorization
        .and_then(|header| header.split_once(' '))
        .ok_or(TokenError::Missing)?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(token.trim())
    } else {
        Err(TokenError::Missing)
    }
}

fn principal(token: &VerifiedToken, account: Option<Account>) -> Principal {
    let roles = token
        .authorities
        .iter()
        .filter_map(|name| Role::from_authority(name))
        .collect();
    let staff_id = account.as_ref().map(|account| account.staff_id);
    let (name, caseloads) = account.map_or((None, BTreeSet::new()), |account| {
        (Some(account.name), account.caseloads)
    });
    Principal {
        actor: actor(token, name),
        roles,
        caseloads,
        staff_id,
    }
}

fn actor(token: &VerifiedToken, account_name: Option<String>) -> Actor {
    match &token.username {
        Some(username) => Actor {
            kind: ActorKind::User,
            id: username.clone(),
            display_name: token.name.clone().or(account_name),
            client_id: Some(token.client_id.clone()),
        },
        None => Actor {
            kind: ActorKind::Client,
            id: token.client_id.clone(),
            display_name: None,
            client_id: Some(token.client_id.clone()),
        },
    }
}
