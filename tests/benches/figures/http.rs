//! GraphQL mutations per second over HTTP with a valid token, against single-row inserts on the same cluster.
//!
//! Messages wait in the outbox while this is measured: the local SNS would take its share of the same cores.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, LazyLock},
};

use chrono::NaiveDate;
use commands::{Request, access::Principal};
use event_store::MasterKey;
use messaging::aws::{
    AwsSettings, Clients,
    topology::{self, Names},
};
use server::{
    config::{Aws, Build, Configuration, Origins},
    service::{Service, ServiceOptions, listen},
};
use simulator::{
    population::Population,
    tokens::TokenRequest,
    upstreams::{CLIENT_ID, CLIENT_SECRET, Simulator, SimulatorOptions},
};

use crate::{
    clients::{self, middle_ratio, take_turns},
    cluster::durable,
    estate::{self, noms, pom},
    inserts,
    table::Figures,
    wire::Wire,
};

const CLIENTS: usize = 64;
/// Cases that each client goes round, as many as of the bus.
const CASES_PER_CLIENT: usize = 80;

pub(crate) async fn measure(figures: &mut Figures) {
    let (mut cluster, _folder) = durable().await;
    cluster.create_database("ours").await.unwrap();
    let today = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
    let population = Arc::new(Population::generate(1, 1, 10, today));
    let simulator = Simulator::start(SimulatorOptions::for_tests(population))
        .await
        .unwrap();
    let service = service(cluster.url("ours"), &simulator).await;
    estate::prepare(&service.bus, CLIENTS * CASES_PER_CLIENT + 1).await;
    let request = TokenRequest::local_user(&["ROLE_ALLOC_MGR"], &[estate::leeds()]);
    let token = simulator.issuer().issue(&request).unwrap();
    let mutations = mutations(service.address(), &token);
    allocate_one(&service).await;
    let plain = inserts::clients(&cluster, service.log().pool()).await;
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

/// As user interfaces send it: one text, whatever the variables.
const MUTATION: &str = "mutation Allocate($input: AllocatePrimaryPomInput!) {
    allocatePrimaryPom(input: $input) {
        position userErrors { code } allocation { version state primaryPom { name } } } }";

/// Of each body, up to the variables.
static BEGINNING: LazyLock<String> =
    LazyLock::new(|| format!(r#"{{"query":{},"variables":"#, serde_json::json!(MUTATION)));

fn mutation(case: usize, round: u64) -> String {
    let (noms, staff) = (noms(case), pom(round));
    format!(
        r#"{}{{"input":{{"nomsNumber":"{noms}","prison":"LEI","staffId":{staff}}}}}}}"#,
        *BEGINNING
    )
}

/// So that the last event of the log is of the kind that is measured.
async fn allocate_one(service: &Service) {
    let operation = estate::allocate(noms(CLIENTS * CASES_PER_CLIENT), 0);
    let request = Request::new(operation, Principal::system("figures"));
    service.bus.execute(request).await.unwrap();
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
        personal_data_key: MasterKey::new([7; 32]),
        issuer: simulator::ISSUER.to_owned(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.to_owned().into(),
        upstreams: simulator.addresses().collect(),
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
        origins: Origins::default(),
        build: Build {
            number: String::new(),
            git_ref: String::new(),
            git_branch: String::new(),
            product_id: String::new(),
        },
    };
    let options = ServiceOptions {
        listener: listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap(),
        management: None,
        pages: None,
        metrics: metrics_exporter_prometheus::PrometheusBuilder::new()
            .build_recorder()
            .handle(),
    };
    Service::start(configuration, options).await.unwrap()
}
