//! A simulated HMPPS and the clients under test, over real HTTP.

use std::{sync::Arc, time::Duration};

use chrono::NaiveDate;
use commands::ports::Ports;
use hmpps::{
    Authenticator, CaseloadMemory, Connections, NOMIS_USER_ROLES, NomisUserRoles, OwnClient, PRISONER_SEARCH,
    PrisonerSearch, TokenError, TokenVerifier, UPSTREAMS, VerifierOptions,
};
use simulator::{
    Api, ISSUER, Population, Simulator, SimulatorOptions, TokenRequest,
    upstreams::{CLIENT_ID, CLIENT_SECRET},
};

pub(crate) struct World {
    pub(crate) population: Arc<Population>,
    pub(crate) simulator: Simulator,
    pub(crate) authenticator: Authenticator,
    pub(crate) prisoners: PrisonerSearch,
    pub(crate) staff: NomisUserRoles,
    pub(crate) ports: Ports,
    pub(crate) http: reqwest::Client,
}

/// How a world differs from the usual one.
pub(crate) struct Circumstances {
    pub(crate) issuer: &'static str,
    pub(crate) secret: &'static str,
    pub(crate) timeout: Duration,
    pub(crate) memory: CaseloadMemory,
    pub(crate) keys_fresh_for: Duration,
}

impl Default for Circumstances {
    fn default() -> Self {
        Self {
            issuer: ISSUER,
            secret: CLIENT_SECRET,
            timeout: PRISONER_SEARCH.timeout,
            memory: CaseloadMemory::default(),
            keys_fresh_for: Duration::from_mins(10),
        }
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_in(Circumstances::default()).await
    }

    pub(crate) async fn start_in(circumstances: Circumstances) -> Self {
        let Circumstances {
            issuer,
            secret,
            timeout,
            memory,
            keys_fresh_for,
        } = circumstances;
        let today = NaiveDate::from_ymd_opt(2026, 8, 3).unwrap();
        let population = Arc::new(Population::generate(1, 3, 3_000, today));
        let simulator = Simulator::start(SimulatorOptions::for_tests(Arc::clone(&population)))
            .await
            .unwrap();
        let rows: Vec<_> = UPSTREAMS.iter().map(|row| row.with_timeout(timeout)).collect();
        let own = OwnClient {
            id: CLIENT_ID,
            secret,
        };
        let connections = Connections::to(&rows, &simulator.addresses().collect(), own).unwrap();
        let prisoners = PrisonerSearch::new(connections.client(&PRISONER_SEARCH).unwrap());
        let staff = NomisUserRoles::new(connections.client(&NOMIS_USER_ROLES).unwrap());
        let ports = connections.ports();
        let (auth, http) = (simulator.url(Api::Auth), connections.http);
        let verifier = TokenVerifier::new(VerifierOptions {
            jwks_url: format!("{auth}/.well-known/jwks.json"),
            issuer: issuer.to_owned(),
            clock_skew: Duration::from_secs(30),
            keys_fresh_for,
            http: http.clone(),
        });
        let authenticator = Authenticator::new(verifier, staff.clone(), memory);
        Self {
            population,
            simulator,
            authenticator,
            prisoners,
            staff,
            ports,
            http,
        }
    }

    /// A system's token.
    pub(crate) fn client_token(&self) -> String {
        let request = TokenRequest::client("consumer", &["ROLE_VIEW_POM_ALLOCATIONS"]);
        self.simulator.issuer().issue(&request).unwrap()
    }

    /// Why a token is not accepted.
    pub(crate) async fn refusal(&self, token: &str) -> TokenError {
        self.authenticator.caller_with(token).await.unwrap_err()
    }

    /// Returns once the token's fate is this: keys are not fetched again at once.
    pub(crate) async fn until(&self, token: &str, fate: Result<(), TokenError>) {
        let met = async {
            while self.authenticator.caller_with(token).await.map(drop) != fate {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), met).await.unwrap();
    }
}
