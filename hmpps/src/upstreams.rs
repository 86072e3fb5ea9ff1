//! The upstream services, one row each. Configuration, timeouts, credentials, metrics, `/health` and `doctor` follow the
//! rows, and a test compares them with `docs/OPERATIONS.md`.

use std::{sync::Arc, time::Duration};

use commands::ports::Ports;

use crate::{
    clients::{NomisUserRoles, PrisonerSearch},
    transport::UpstreamClient,
};

/// How long most services are waited for, retries included.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What tells one upstream service from another.
#[derive(Debug, Clone, Copy)]
pub struct Upstream {
    /// The name in messages, logs and metrics.
    pub name: &'static str,
    /// The environment variables of its address; the first that is set counts.
    pub variables: &'static [&'static str],
    /// The path at the end of its address, which some of the variables leave out.
    pub base_path: &'static str,
    /// The component in `/health`.
    pub health: &'static str,
    /// The time for one question, retries included. One attempt gets a third of it.
    pub timeout: Duration,
    /// How this service shows who it is.
    pub credential: Credential,
    /// Puts the client behind its ports.
    pub(crate) provide: fn(&mut Ports, Arc<UpstreamClient>),
}

impl Upstream {
    /// The same service with another timeout.
    #[must_use]
    pub const fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The same service with another credential.
    #[must_use]
    pub const fn with_credential(self, credential: Credential) -> Self {
        Self { credential, ..self }
    }
}

/// How this service shows an upstream service who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// The token that hmpps-auth grants this service's client.
    ClientToken,
    /// A key from the configuration, sent in a header.
    ApiKey {
        /// The environment variable of the key.
        variable: &'static str,
        /// The header.
        header: &'static str,
    },
    /// Nothing.
    None,
}

/// hmpps-auth: it grants tokens and publishes the keys that prove them.
pub const HMPPS_AUTH: Upstream = Upstream {
    name: "hmpps-auth",
    variables: &["HMPPS_AUTH_URL", "NOMIS_OAUTH_HOST"],
    base_path: "/auth",
    health: "hmppsAuth",
    timeout: TIMEOUT,
    credential: Credential::None,
    provide: |_, _| {},
};

/// nomis-user-roles: staff, and the caseloads of users.
pub const NOMIS_USER_ROLES: Upstream = Upstream {
    name: "nomis-user-roles",
    variables: &["NOMIS_USER_ROLES_API_HOST"],
    base_path: "",
    health: "nomisUserRolesApi",
    timeout: TIMEOUT,
    credential: Credential::ClientToken,
    provide: |ports, client| ports.staff = Arc::new(NomisUserRoles::new(client)),
};

/// prisoner-search: facts about prisoners.
pub const PRISONER_SEARCH: Upstream = Upstream {
    name: "prisoner-search",
    variables: &["PRISONER_SEARCH_HOST"],
    base_path: "",
    health: "prisonerSearchApi",
    timeout: TIMEOUT,
    credential: Credential::ClientToken,
    provide: |ports, client| ports.prisoners = Arc::new(PrisonerSearch::new(client)),
};

/// Every upstream service, in the order of the configuration.
pub const UPSTREAMS: &[Upstream] = &[HMPPS_AUTH, PRISONER_SEARCH, NOMIS_USER_ROLES];
