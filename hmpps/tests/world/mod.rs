//! A simulated HMPPS and the clients under test, over real HTTP.

#![expect(dead_code, reason = "each test program uses its own part of the world")]

use std::{sync::Arc, time::Duration};

use chrono::NaiveDate;
use hmpps::{
    Authenticator, ClientCredentials, ClientTimeouts, NomisUserRoles, PrisonerSearch, TokenError,
    TokenVerifier, Upstream, VerifierOptions, http_client,
};
use simulator::{
    Api, ISSUER, Population, Simulator, SimulatorOptions, TokenRequest,
    upstream::{CLIENT_ID, CLIENT_SECRET},
};

pub struct World {
    pub population: Arc<Population>,
    pub simulator: Simulator,
    pub authenticator: Authenticator,
    pub prisoners: PrisonerSearch,
    pub staff: NomisUserRoles,
    pub http: reqwest::Client,
}

impl World {
    pub async fn start() -> Self {
        Self::start_trusting(ISSUER).await
    }

    pub async fn start_trusting(issuer: &str) -> Self {
        Self::start_with(issuer, CLIENT_SECRET, ClientTimeouts::default()).await
    }

    pub async fn start_with(issuer: &str, secret: &str, timeouts: ClientTimeouts) -> Self {
        let today = NaiveDate::from_ymd_opt(2026, 8, 3).unwrap();
        let population = Arc::new(Population::generate(1, 3, 300, today));
        let simulator = Simulator::start(SimulatorOptions::for_tests(Arc::clone(&population)))
            .await
            .unwrap();
        let http = http_client(timeouts).unwrap();
        let auth = simulator.url(Api::Auth);
        let credentials = Arc::new(ClientCredentials::new(&auth, CLIENT_ID, secret, http.clone()));
        let upstream = |name, api| {
            let credentials = Arc::clone(&credentials);
            Arc::new(Upstream::new(
                name,
                &simulator.url(api),
                http.clone(),
                credentials,
                timeouts,
            ))
        };
        let prisoners = PrisonerSearch::new(upstream("prisoner-search", Api::PrisonerSearch));
        let staff = NomisUserRoles::new(upstream("nomis-user-roles", Api::NomisUserRoles));
        let verifier = TokenVerifier::new(VerifierOptions {
            jwks_url: format!("{auth}/.well-known/jwks.json"),
            issuer: issuer.to_owned(),
            clock_skew: Duration::from_secs(30),
            http: http.clone(),
        });
        let authenticator = Authenticator::new(verifier, staff.clone());
        Self {
            population,
            simulator,
            authenticator,
            prisoners,
            staff,
            http,
        }
    }

    /// A system's token.
    pub fn client_token(&self) -> String {
        let request = TokenRequest::client("consumer", &["ROLE_VIEW_POM_ALLOCATIONS"]);
        self.simulator.issuer().issue(&request).unwrap()
    }

    /// Why a token is not accepted.
    pub async fn refusal(&self, token: &str) -> TokenError {
        self.authenticator.caller_with(token).await.unwrap_err()
    }

    /// Returns once the token is accepted: keys are not fetched again at once.
    pub async fn until_accepted(&self, token: &str) {
        let accepted = async {
            while self.authenticator.caller_with(token).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), accepted)
            .await
            .unwrap();
    }
}
