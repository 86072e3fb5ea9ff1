//! The stage of every story: the real service over real HTTP, on its own database, topic and queues.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use chrono::Utc;
use commands::CommandBus;
use domain::{LegalStatus, london_date, policy::PolicyVersion};
use event_store::{Log, MasterKey, Position};
use messaging::aws::{
    AwsSettings, Clients,
    topology::{self, LocalTopology, Names},
};
use metrics_exporter_prometheus::PrometheusBuilder;
use reqwest::{StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use server::{
    config::{Aws, Build, Configuration, Limits, Origins},
    service::{Service, ServiceOptions, listen},
};
use simulator::{
    Population,
    tokens::TokenRequest,
    upstreams::{CLIENT_ID, CLIENT_SECRET, Simulator, SimulatorOptions},
};
use sqlx::{Connection, Executor, PgConnection};
use workbench::testing::{TestDatabase, fresh_database, local_aws};

use crate::{
    documents, people,
    valve::Valve,
    waiting::{PATIENCE, in_time},
};

/// An answer over HTTP.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: String,
}

impl Answered {
    /// Reads an answer to its end.
    pub async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.text().await.unwrap();
        Self {
            status,
            headers,
            body,
        }
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|_| panic!("not JSON: {} {:?}", self.status, self.body))
    }

    /// A header as text; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// The running service and everything around it.
pub struct Stage {
    service: Option<Service>,
    configuration: Configuration,
    limits: Limits,
    port: u16,
    http: reqwest::Client,
    pub(crate) clients: Clients,
    pub(crate) topology: LocalTopology,
    /// The simulated HMPPS services.
    pub simulator: Simulator,
    /// The service's way to SNS and SQS.
    pub valve: Valve,
    database: TestDatabase,
}

impl Stage {
    /// The service with a few POMs at Leeds and Moorland, and nobody to be allocated yet.
    pub async fn start() -> Self {
        Self::start_within(Limits::default()).await
    }

    /// The same, within these limits.
    pub async fn start_within(limits: Limits) -> Self {
        Self::start_as(limits, |_| {}).await
    }

    /// The same, configured otherwise.
    pub async fn start_with(configure: impl FnOnce(&mut Configuration)) -> Self {
        Self::start_as(Limits::default(), configure).await
    }

    async fn start_as(limits: Limits, configure: impl FnOnce(&mut Configuration)) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let (database, aws) = (fresh_database().await, local_aws().await);
        let valve = Valve::before(&aws.endpoint()).await;
        let credentials = (aws.access_key_id(), aws.secret_access_key());
        let clients = Clients::new(&AwsSettings {
            region: aws.region().to_owned(),
            endpoint: Some(aws.endpoint()),
            credentials: Some((credentials.0.to_owned(), credentials.1.to_owned())),
        })
        .await;
        let names = Names::prefixed(&format!("s{}-", NUMBER.fetch_add(1, Ordering::Relaxed)));
        let topology = topology::ensure(&clients.sns, &clients.sqs, &names)
            .await
            .unwrap();
        let population = Arc::new(Population::generate(1, 2, 40, london_date(Utc::now())));
        let simulator = Simulator::start(SimulatorOptions::for_tests(population))
            .await
            .unwrap();
        let port = free_port();
        let mut configuration = Configuration {
            database: serving_login(&database).await.into(),
            personal_data_key: MasterKey::new([0; 32]),
            issuer: simulator::ISSUER.to_owned(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned().into(),
            upstreams: simulator.addresses().collect(),
            own_url: format!("http://127.0.0.1:{port}"),
            aws: Aws {
                region: aws.region().to_owned(),
                endpoint: Some(valve.endpoint()),
                credentials: Some((credentials.0.to_owned(), credentials.1.to_owned().into())),
                topic_arn: topology.topic_arn.clone(),
                inbound_queue: topology.inbound_queue_name.clone(),
            },
            policy: PolicyVersion::RoshBased,
            publish: true,
            origins: Origins::default(),
            build: build(),
        };
        configure(&mut configuration);
        let service = serve(configuration.clone(), limits, port).await;
        people::register_everybody(&simulator);
        people::onboard_everybody(&service.bus).await;
        hmpps::use_ring_for_tls();
        let stage = Self {
            service: Some(service),
            configuration,
            limits,
            port,
            http: reqwest::Client::builder().build().unwrap(),
            clients,
            topology,
            simulator,
            valve,
            database,
        };
        let everybody = stage.head().await;
        let seen = stage.service().models.reached(everybody, PATIENCE);
        seen.await.unwrap();
        stage
    }

    /// The service stopped and started again, on the same database, topic and queues.
    pub async fn restart(&mut self) {
        self.restart_with(|_| {}).await;
    }

    /// The same, configured otherwise from now on.
    pub async fn restart_with(&mut self, configure: impl FnOnce(&mut Configuration)) {
        in_time("the service stops", self.service.take().unwrap().stop()).await;
        configure(&mut self.configuration);
        self.service = Some(serve(self.configuration.clone(), self.limits, self.port).await);
    }

    /// The running service.
    #[must_use]
    pub fn service(&self) -> &Service {
        self.service.as_ref().unwrap()
    }

    /// Its write side.
    #[must_use]
    pub fn bus(&self) -> &CommandBus {
        &self.service().bus
    }

    /// The address of its database's owner.
    #[must_use]
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// The position of the newest event.
    pub async fn head(&self) -> Position {
        self.service().log().head().await.unwrap()
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.configuration.own_url
    }

    /// The address of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base())
    }

    /// A client without a token.
    #[must_use]
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// The token of a person with these roles and caseloads.
    #[must_use]
    pub fn token(&self, roles: &[&str], caseloads: &[&str]) -> String {
        let caseloads: Vec<_> = caseloads.iter().map(|code| people::prison(code)).collect();
        self.token_of(&TokenRequest::local_user(roles, &caseloads))
    }

    /// The token of another service with these roles.
    #[must_use]
    pub fn client_token(&self, roles: &[&str]) -> String {
        self.token_of(&TokenRequest::client("another-service", roles))
    }

    /// A token made to measure.
    #[must_use]
    pub fn token_of(&self, request: &TokenRequest) -> String {
        self.simulator.issuer().issue(request).unwrap()
    }

    /// The token of Leeds' head of offender management.
    #[must_use]
    pub fn allocator(&self) -> String {
        self.token(&["ROLE_ALLOC_MGR"], &["LEI"])
    }

    /// The token of an administrator.
    #[must_use]
    pub fn administrator(&self) -> String {
        self.client_token(&["ROLE_MOIC_ADMIN"])
    }

    /// The token of a service that reads the REST contract.
    #[must_use]
    pub fn consumer(&self) -> String {
        self.client_token(&["ROLE_VIEW_POM_ALLOCATIONS"])
    }

    /// Someone held at Leeds whose case can be allocated to a prison POM.
    pub async fn prisoner(&self, noms: &str) {
        people::observe(self.bus(), noms, "LEI", LegalStatus::Sentenced, None).await;
        people::inform(self.bus(), noms).await;
    }

    /// Asks GraphQL; the body of the answer.
    pub async fn graphql(&self, token: &str, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let request = self
            .http
            .post(self.url("/graphql"))
            .bearer_auth(token)
            .json(&body);
        Answered::read(request.send().await.unwrap()).await.json()
    }

    /// Asks GraphQL for something that cannot fail; the data of the answer.
    pub async fn data(&self, token: &str, query: &str, variables: Value) -> Value {
        let answered = self.graphql(token, query, variables).await;
        assert_eq!(answered.get("errors"), None, "{query}\n{answered}");
        answered["data"].clone()
    }

    /// Sends one of the mutations; its payload.
    pub async fn change(&self, token: &str, mutation: &str, input: Value) -> Value {
        let mut data = self.data(token, mutation, json!({ "input": input })).await;
        data["change"].take()
    }

    /// Makes someone at Leeds the primary POM, which must succeed; the payload.
    pub async fn allocate(&self, noms: &str, staff: i64) -> Value {
        let input = json!({ "nomsNumber": noms, "prison": "LEI", "staffId": staff });
        let payload = self.change(&self.allocator(), documents::ALLOCATE, input).await;
        assert_eq!(payload["userErrors"], json!([]), "{payload}");
        payload
    }

    /// Asks by GET.
    pub async fn get(&self, path: &str, token: Option<&str>) -> Answered {
        let request = self.http.get(self.url(path));
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        Answered::read(request.send().await.unwrap()).await
    }
}

async fn serve(configuration: Configuration, limits: Limits, port: u16) -> Service {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let options = ServiceOptions {
        listener: listen(address).await.unwrap(),
        management: Some(listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap()),
        pages: None,
        metrics: PrometheusBuilder::new().build_recorder().handle(),
    };
    Service::start_within(configuration, options, limits)
        .await
        .unwrap()
}

/// The address of a login that owns nothing of the schema, as in production.
async fn serving_login(database: &TestDatabase) -> String {
    let owner = database.url();
    event_store::migrate(owner).await.unwrap();
    let mut connection = PgConnection::connect(owner).await.unwrap();
    // Tests share a cluster, and with it its logins.
    let create = "do $$ begin
            create role serving login in role allocations_app;
        exception when duplicate_object or unique_violation then null;
        end $$";
    connection.execute(create).await.unwrap();
    connection.close().await.unwrap();
    let (_, place) = owner.split_once('@').unwrap();
    format!("postgres://serving@{place}")
}

/// A port that is free now: links in messages must name it before the service listens.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn build() -> Build {
    Build {
        number: "1".to_owned(),
        git_ref: "abc1234".to_owned(),
        git_branch: "main".to_owned(),
        product_id: "UNASSIGNED".to_owned(),
    }
}
