//! A durable database, upstream services and queues that live on, and a service in a process of its own that can be killed.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use chrono::{NaiveDate, TimeDelta};
use commands::{
    Operation, Request,
    access::Principal,
    operations::{ObservePrisoner, OnboardPom, RecordCaseInformation},
};
use domain::{
    PomPosition, RoshLevel, Tier, WorkingPattern,
    case::{CaseInformation, InformationSource},
    policy::PolicyVersion,
    pom::StaffDetails,
};
use event_store::MasterKey;
use messaging::aws::{
    AwsSettings, Clients,
    topology::{self, Names},
};
use serde::{Deserialize, Serialize};
use server::{
    config::{Aws, Build, Configuration, Origins},
    service::{Service, ServiceOptions, listen},
};
use simulator::{
    population::Population,
    tokens::TokenRequest,
    upstreams::{CLIENT_ID, CLIENT_SECRET, Simulator, SimulatorOptions},
};
use workbench::{
    messaging::LocalAws,
    postgres::{Cluster, ClusterOptions, Durability, PostgresBinaries},
};

/// The environment variable that makes this program the service.
pub(crate) const SETTING: &str = "CRASH_SCENE";
pub(crate) const PRISONERS: usize = 64;

/// What the child must know.
#[derive(Serialize, Deserialize)]
struct Setting {
    port: u16,
    database: String,
    base: String,
    upstreams: Vec<(String, String)>,
    aws_endpoint: String,
    topic_arn: String,
    inbound_queue: String,
}

/// Everything around the service, and the service.
pub(crate) struct Scene {
    pub(crate) cluster: Cluster,
    _folder: tempfile::TempDir,
    simulator: Simulator,
    setting: Setting,
    token: String,
    service: Child,
}

/// The n-th prisoner.
pub(crate) fn noms(n: usize) -> String {
    format!("K{n:04}RA")
}

impl Scene {
    /// Sets the scene: prisoners at Leeds with complete cases, two POMs, and the service running.
    pub(crate) async fn set() -> Self {
        hmpps::use_ring_for_tls();
        let folder = tempfile::Builder::new()
            .prefix("crash")
            .tempdir_in("/var/tmp")
            .unwrap();
        let cluster = durable_cluster(&folder).await;
        cluster.create_database("crash").await.unwrap();
        let today = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        let population = Arc::new(Population::generate(1, 1, 10, today));
        let simulator = Simulator::start(SimulatorOptions::for_tests(population))
            .await
            .unwrap();
        let aws = workbench::testing::local_aws().await;
        let setting = setting(&cluster, &simulator, aws).await;
        let request = TokenRequest {
            lifetime: TimeDelta::hours(2),
            ..TokenRequest::local_user(&["ROLE_ALLOC_MGR"], &["LEI".parse().unwrap()])
        };
        let token = simulator.issuer().issue(&request).unwrap();
        prepare(&setting).await;
        let service = spawn(&setting);
        let scene = Self {
            cluster,
            _folder: folder,
            simulator,
            setting,
            token,
            service,
        };
        scene.ready().await;
        scene
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.setting.base)
    }

    pub(crate) fn token_of(&self, request: &TokenRequest) -> String {
        self.simulator.issuer().issue(request).unwrap()
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) fn database_url(&self) -> &str {
        &self.setting.database
    }

    /// SIGKILL: no warning, nothing flushed.
    pub(crate) fn kill_service(&mut self) {
        self.service.kill().unwrap();
        self.service.wait().unwrap();
    }

    /// SIGKILL of the postmaster.
    pub(crate) fn kill_database(&mut self) {
        self.cluster.kill().unwrap();
    }

    /// Starts again whatever does not run, and waits until the service answers.
    pub(crate) async fn recover(&mut self) {
        self.cluster.restart().await.unwrap();
        if self.service.try_wait().unwrap().is_some() {
            self.service = spawn(&self.setting);
        }
        self.ready().await;
    }

    async fn ready(&self) {
        self.until_readiness_is(200).await;
    }

    /// Waits until the service says that it is not ready.
    pub(crate) async fn is_not_ready(&self) {
        self.until_readiness_is(503).await;
    }

    async fn until_readiness_is(&self, status: u16) {
        let url = self.url("/health/readiness");
        let answers = async {
            while !reqwest::get(&url)
                .await
                .is_ok_and(|response| response.status().as_u16() == status)
            {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(90), answers)
            .await
            .unwrap_or_else(|_| panic!("readiness does not get {status}"));
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = self.service.kill();
    }
}

async fn durable_cluster(folder: &tempfile::TempDir) -> Cluster {
    let tools = workbench::default_tools_dir();
    let binaries = tokio::task::spawn_blocking(move || PostgresBinaries::find_or_install(&tools))
        .await
        .unwrap()
        .unwrap();
    let options = ClusterOptions {
        data_dir: folder.path().join("postgres"),
        binaries,
        durability: Durability::Full,
        port: None,
        settings: Vec::new(),
    };
    Cluster::start(options).await.unwrap()
}

async fn setting(cluster: &Cluster, simulator: &Simulator, aws: &LocalAws) -> Setting {
    let settings = AwsSettings {
        region: aws.region().to_owned(),
        endpoint: Some(aws.endpoint()),
        credentials: Some((aws.access_key_id().to_owned(), aws.secret_access_key().to_owned())),
    };
    let clients = Clients::new(&settings).await;
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    // Scenes that are set at the same time share SNS and SQS.
    let names = Names::prefixed(&format!("crash-{port}-"));
    let topology = topology::ensure(&clients.sns, &clients.sqs, &names)
        .await
        .unwrap();
    Setting {
        port,
        database: cluster.url("crash"),
        base: format!("http://127.0.0.1:{port}"),
        upstreams: simulator
            .addresses()
            .map(|(name, address)| (name.to_owned(), address))
            .collect(),
        aws_endpoint: aws.endpoint(),
        topic_arn: topology.topic_arn,
        inbound_queue: topology.inbound_queue_name,
    }
}

fn spawn(setting: &Setting) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_service_of_the_scene", "--nocapture"])
        .env(SETTING, serde_json::to_string(setting).unwrap())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Runs the service until it is killed.
pub(crate) async fn serve(setting: &str) {
    let setting: Setting = serde_json::from_str(setting).unwrap();
    let service = start(&setting).await;
    std::future::pending::<()>().await;
    service.stop().await;
}

async fn start(setting: &Setting) -> Service {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, setting.port));
    let options = ServiceOptions {
        listener: listen(address).await.unwrap(),
        management: None,
        pages: None,
        metrics: metrics_exporter_prometheus::PrometheusBuilder::new()
            .build_recorder()
            .handle(),
    };
    Service::start(configuration(setting), options).await.unwrap()
}

fn configuration(setting: &Setting) -> Configuration {
    let unknown = || "unknown".to_owned();
    Configuration {
        database: setting.database.clone().into(),
        personal_data_key: MasterKey::new([7; 32]),
        issuer: simulator::ISSUER.to_owned(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.to_owned().into(),
        upstreams: setting.upstreams.iter().cloned().collect(),
        own_url: setting.base.clone(),
        aws: Aws {
            region: "eu-west-2".to_owned(),
            endpoint: Some(setting.aws_endpoint.clone()),
            credentials: Some(("local".to_owned(), "local".to_owned().into())),
            topic_arn: setting.topic_arn.clone(),
            inbound_queue: setting.inbound_queue.clone(),
        },
        policy: PolicyVersion::RoshBased,
        publish: true,
        origins: Origins::default(),
        build: Build {
            number: unknown(),
            git_ref: unknown(),
            git_branch: unknown(),
            product_id: unknown(),
        },
    }
}

/// The POMs and prisoners of the scene, made through the bus of a service that stops again.
async fn prepare(setting: &Setting) {
    let service = start(setting).await;
    for staff in [102, 485_926] {
        let details = StaffDetails {
            forename: "ANN".to_owned(),
            surname: "PROBATION".to_owned(),
            email: None,
        };
        let operation = OnboardPom {
            prison: "LEI".parse().unwrap(),
            staff: staff.try_into().unwrap(),
            details: Some(details),
            position: PomPosition::Probation,
            working_pattern: WorkingPattern::FULL_TIME,
        };
        send(&service, operation).await;
    }
    for n in 0..PRISONERS {
        let noms = noms(n).parse().unwrap();
        let facts = simulator::example::prisoner_at("LEI".parse().unwrap());
        send(&service, ObservePrisoner { noms, facts }).await;
        let information = CaseInformation {
            tier: Some(Tier::A),
            rosh: Some(RoshLevel::High),
            ..CaseInformation::default()
        };
        send(
            &service,
            RecordCaseInformation {
                noms,
                information,
                source: InformationSource::Delius,
            },
        )
        .await;
    }
    service.stop().await;
}

async fn send<O: Operation>(service: &Service, operation: O) {
    service
        .bus
        .execute(Request::new(operation, Principal::system("scene")))
        .await
        .unwrap();
}
