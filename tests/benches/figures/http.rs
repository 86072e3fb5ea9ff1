//! GraphQL mutations per second over HTTP with a valid token, against single-row inserts on the same cluster.
//!
//! Messages wait in the outbox while this is measured: the local SNS would take its share of the same cores.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use chrono::NaiveDate;
use commands::{Request, access::Principal};
use event_store::{Log, Position};
use messaging::aws::{
    AwsSettings, Clients,
    topology::{self, Names},
};
use server::{
    config::{Aws, Build, Configuration},
    service::{Service, Surroundings},
};
use simulator::{
    population::Population,
    tokens::TokenRequest,
    upstream::{Api, CLIENT_ID, CLIENT_SECRET, Simulator, SimulatorOptions},
};
use sqlx::postgres::PgPoolOptions;

use crate::{
    clients::{self, middle_ratio, take_turns},
    cluster::durable,
    estate::{self, noms, pom},
    inserts,
    table::Figures,
    wire::Wire,
};

const CLIENTS: usize = 64;
const CASES_PER_CLIENT: usize = 20;

pub(crate) async fn measure(figures: &mut Figures) {
    let (mut cluster, _folder) = durable().await;
    for database in ["ours", "plain"] {
        cluster.create_database(database).await.unwrap();
    }
    let today = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
    let population = Arc::new(Population::generate(1, 1, 10, today));
    let simulator = Simulator::start(SimulatorOptions::for_tests(population))
        .await
        .unwrap();
    let service = service(cluster.url("ours"), &simulator).await;
    estate::prepare(&service.bus, CLIENTS * CASES_PER_CLIENT + 1).await;
    let request = TokenRequest::local_user(&["ROLE_ALLOC_MGR"], &[estate::leeds()]);
    let token = simulator.issuer().issue(&request).unwrap();
    let (payload, metadata) = sample(&service).await;
    let mutations = mutations(service.address(), &token);
    let pool = PgPoolOptions::new()
        .max_connections(16)
        .connect(&cluster.url("plain"))
        .await
        .unwrap();
    let plain = inserts::clients(&pool, &payload, &metadata).await;
    eprintln!("mutations, single-row inserts");
    let rounds = take_turns([mutations, plain]).await;
    service.stop().await;
    figures.note(
        "GraphQL mutations/s over HTTP, 64 clients, against single-row inserts at 16 clients",
        middle_ratio(&rounds, 0, 1),
        0.7,
    );
    cluster.stop().await.unwrap();
}

fn mutations(address: SocketAddr, token: &str) -> clients::Clients {
    clients::Clients::new(CLIENTS, |client| {
        let wire = Arc::new(tokio::sync::Mutex::new(Wire::new(address, token)));
        let mut sent = 0;
        move || {
            let (case, round) = (sent % CASES_PER_CLIENT, (sent / CASES_PER_CLIENT) as u64);
            sent += 1;
            let body = mutation(client * CASES_PER_CLIENT + case, round);
            let wire = wire.clone();
            async move {
                let answer = wire.lock().await.post("/graphql", &body).await;
                assert!(answer.contains(r#""userErrors":[]"#), "{answer}");
            }
        }
    })
}

fn mutation(case: usize, round: u64) -> String {
    let query = format!(
        r#"mutation {{ allocatePrimaryPom(input: {{nomsNumber: "{}", prison: "LEI", staffId: {}}}) {{
            position userErrors {{ code }} allocation {{ version state primaryPom {{ name }} }} }} }}"#,
        noms(case),
        pom(round)
    );
    serde_json::json!({ "query": query }).to_string()
}

/// Payload and metadata of an allocation.
async fn sample(service: &Service) -> (String, String) {
    let operation = estate::allocate(noms(CLIENTS * CASES_PER_CLIENT), 0);
    let request = Request::new(operation, Principal::system("figures"));
    service.bus.execute(request).await.unwrap();
    let head = service.log().head().await.unwrap();
    let last = service
        .log()
        .read_after(Position::new(head.get() - 1), 1)
        .await
        .unwrap()
        .remove(0);
    (last.payload, last.metadata)
}

async fn service(database: String, simulator: &Simulator) -> Service {
    let aws = workbench::testing::local_aws().await;
    let credentials = (aws.access_key_id().to_owned(), aws.secret_access_key().to_owned());
    let settings = AwsSettings {
        region: aws.region().to_owned(),
        endpoint: Some(aws.endpoint()),
        credentials: Some(credentials.clone()),
    };
    let clients = Clients::new(&settings).await;
    let topology = topology::ensure(&clients.sns, &clients.sqs, &Names::prefixed("figures-"))
        .await
        .unwrap();
    let configuration = Configuration {
        database: database.into(),
        personal_data_key: "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=".to_owned().into(),
        auth_url: simulator.url(Api::Auth),
        issuer: simulator::ISSUER.to_owned(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.to_owned().into(),
        prisoner_search_url: simulator.url(Api::PrisonerSearch),
        nomis_user_roles_url: simulator.url(Api::NomisUserRoles),
        own_url: "https://allocations.example".to_owned(),
        aws: Aws {
            region: settings.region,
            endpoint: settings.endpoint,
            credentials: Some((credentials.0, credentials.1.into())),
            topic_arn: topology.topic_arn,
            inbound_queue: topology.inbound_queue_name,
        },
        policy: domain::policy::PolicyVersion::RoshBased,
        publish: false,
        build: Build {
            number: String::new(),
            git_ref: String::new(),
            git_branch: String::new(),
            product_id: String::new(),
        },
    };
    let surroundings = Surroundings {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        graphiql: None,
        graphiql_token: None,
        open_schema: false,
        metrics: metrics_exporter_prometheus::PrometheusBuilder::new()
            .build_recorder()
            .handle(),
    };
    Service::start(configuration, surroundings).await.unwrap()
}
