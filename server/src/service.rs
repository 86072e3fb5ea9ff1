//! The running service, built from a configuration.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use commands::{BusOptions, CommandBus, outgoing::Links, processes::ProcessesHandle};
use event_store::{ConnectOptions, Log, PostgresLog};
use graphql::budget::Budgets;
use hmpps::{
    Authenticator, CaseloadMemory, Connections, HMPPS_AUTH, NOMIS_USER_ROLES, NomisUserRoles, OwnClient,
    TokenVerifier, VerifierOptions,
};
use messaging::{
    Inbox, InboxHandle, InboxOptions, Relay, RelayHandle, RelayOptions,
    aws::{AwsSettings, Clients},
};
use projections::{
    Projector, ProjectorHandle, ProjectorOptions, REWRITE_AFTER, ReadModels, Rewriter, RewriterHandle,
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    config::{Configuration, Limits},
    http::{
        self, LocalPages,
        operations::{checks, readiness::Readiness},
        permits::PermitPools,
        state::Shared,
    },
    processes,
    staff_details::StaffDetails,
};

/// What a run of the service adds to its configuration: listeners, pages, metrics.
#[derive(Debug)]
pub struct ServiceOptions {
    /// The listener for all requests.
    pub listener: TcpListener,
    /// The listener for operators.
    pub management: Option<TcpListener>,
    /// The pages of the local profile.
    pub pages: Option<LocalPages>,
    /// What `/metrics` shows.
    pub metrics: metrics_exporter_prometheus::PrometheusHandle,
}

/// Binds a listener, before anything else starts.
///
/// # Errors
/// When the address is taken.
pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}: choose another --port"))
}

/// A running service.
pub struct Service {
    address: SocketAddr,
    management: Option<SocketAddr>,
    /// The write side, for callers in the same process.
    pub bus: CommandBus,
    /// The read side.
    pub models: ReadModels,
    projector: ProjectorHandle,
    rewriter: RewriterHandle,
    relay: RelayHandle,
    inbox: InboxHandle,
    processes: ProcessesHandle,
    staff_details: JoinHandle<()>,
    stopping: CancellationToken,
    serving: JoinHandle<()>,
    log: Arc<PostgresLog>,
}

impl Service {
    /// Starts everything: log, read models, relay, inbox, and last the HTTP server.
    ///
    /// # Errors
    /// When something that the service cannot be without is not there.
    pub async fn start(configuration: Configuration, options: ServiceOptions) -> Result<Self> {
        Self::start_within(configuration, options, Limits::default()).await
    }

    /// The same, within these limits.
    ///
    /// # Errors
    /// When something that the service cannot be without is not there.
    pub async fn start_within(
        configuration: Configuration,
        options: ServiceOptions,
        limits: Limits,
    ) -> Result<Self> {
        let listener = options.listener;
        let address = listener.local_addr()?;
        let management = options
            .management
            .as_ref()
            .map(TcpListener::local_addr)
            .transpose()?;
        let log = open_log(&configuration).await?;
        let readiness = Arc::new(Readiness::new(log.head().await?));
        let models = ReadModels::new(log.pool().clone(), log.clone(), configuration.policy);
        let upstream = Upstreams::new(&configuration, &limits)?;
        let bus = CommandBus::new(BusOptions {
            log: log.clone(),
            ports: upstream.connections.ports(),
            clock: crate::clock::now,
            policy: configuration.policy,
            links: Some(Links::try_new(&configuration.own_url)?),
        });
        let projector = Projector::start(&models, ProjectorOptions::new(Uuid::now_v7()))
            .context("the read models cannot be folded here")?;
        let rewriter = Rewriter::start(log.clone(), REWRITE_AFTER, Uuid::now_v7());
        let clients = Clients::new(&aws_settings(&configuration)).await;
        let relay = start_relay(&configuration, &clients, &log, &models);
        let inbox = start_inbox(&configuration, &clients, &bus, &log);
        let processes = processes::start(&bus, &log, &models);
        let stopping = CancellationToken::new();
        let staff_details = StaffDetails::new(&bus, &models, &log);
        let staff_details = tokio::spawn(staff_details.keep(stopping.clone()));
        let shared = Shared {
            log: log.clone(),
            models: models.clone(),
            schema: graphql::schema(graphql::Services {
                bus: bus.clone(),
                read_models: models.clone(),
            })
            .with_timeout(limits.answer),
            budgets: Budgets::new(limits.budget),
            permits: PermitPools::new(&limits),
            limits,
            authenticator: upstream.authenticator,
            checkup: checks::of_service(
                &configuration,
                &upstream.connections.http,
                &log,
                &models,
                &readiness,
                &clients,
            ),
            readiness,
            build: configuration.build.clone(),
            metrics: options.metrics,
            // They are only for browsers on this machine.
            pages: options.pages.filter(|_| address.ip().is_loopback()),
            origins: configuration.origins.clone(),
            started: Instant::now(),
            stopping: stopping.clone(),
        };
        let serving = tokio::spawn(http::serve(
            listener,
            options.management,
            Arc::new(shared),
            stopping.clone(),
        ));
        Ok(Self {
            address,
            management,
            bus,
            models,
            projector,
            rewriter,
            relay,
            inbox,
            processes,
            staff_details,
            stopping,
            serving,
            log,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens to operators, if it does.
    #[must_use]
    pub fn management(&self) -> Option<SocketAddr> {
        self.management
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> &Arc<PostgresLog> {
        &self.log
    }

    /// Stops accepting requests, drains the others, and stops everything.
    pub async fn stop(self) {
        self.stopping.cancel();
        if let Err(error) = self.serving.await {
            tracing::error!(%error, "the HTTP server did not stop in order");
        }
        if let Err(error) = self.staff_details.await {
            tracing::error!(%error, "the details of POMs were not observed to the end");
        }
        self.inbox.stop().await;
        self.processes.stop().await;
        self.relay.stop().await;
        self.rewriter.stop().await;
        self.projector.stop().await;
        self.log.pool().close().await;
    }
}

async fn open_log(configuration: &Configuration) -> Result<Arc<PostgresLog>> {
    let url = configuration.database.reveal();
    event_store::migrate_or_look(url)
        .await
        .context("the schema is not the one that this version needs")?;
    let pool = event_store::connect(url, ConnectOptions::default()).await?;
    Ok(Arc::new(
        PostgresLog::open(pool, Some(configuration.personal_data_key.clone())).await?,
    ))
}

fn start_relay(
    configuration: &Configuration,
    clients: &Clients,
    log: &Arc<PostgresLog>,
    models: &ReadModels,
) -> RelayHandle {
    let pool = log.pool().clone();
    let topic = configuration.aws.topic_arn.clone();
    Relay::start(RelayOptions {
        publish_enabled: configuration.publish,
        ..RelayOptions::new(pool, clients.sns.clone(), topic, models.positions())
    })
}

fn start_inbox(
    configuration: &Configuration,
    clients: &Clients,
    bus: &CommandBus,
    log: &PostgresLog,
) -> InboxHandle {
    let (queue, pool) = (&configuration.aws.inbound_queue, log.pool().clone());
    Inbox::start(InboxOptions::new(clients.sqs.clone(), queue, bus.clone(), pool))
}

fn aws_settings(configuration: &Configuration) -> AwsSettings {
    let aws = &configuration.aws;
    AwsSettings {
        region: aws.region.clone(),
        endpoint: aws.endpoint.clone(),
        credentials: aws
            .credentials
            .as_ref()
            .map(|(id, key)| (id.clone(), key.reveal().to_owned())),
    }
}

/// The clients of upstream services, and what accepts their users' tokens.
struct Upstreams {
    connections: Connections,
    authenticator: Authenticator,
}

impl Upstreams {
    fn new(configuration: &Configuration, limits: &Limits) -> Result<Self> {
        let own = OwnClient {
            id: &configuration.client_id,
            secret: configuration.client_secret.reveal(),
        };
        let connections = Connections::new(&configuration.upstreams, own)?;
        let auth = configuration.upstreams.address(&HMPPS_AUTH).unwrap_or_default();
        let verifier = TokenVerifier::new(VerifierOptions {
            jwks_url: format!("{auth}/.well-known/jwks.json"),
            issuer: configuration.issuer.clone(),
            clock_skew: Duration::from_secs(30),
            keys_fresh_for: Duration::from_mins(10),
            http: connections.http.clone(),
        });
        let memory = CaseloadMemory {
            fresh_ttl: limits.renewed_every(),
            ..CaseloadMemory::default()
        };
        let users = NomisUserRoles::new(connections.client(&NOMIS_USER_ROLES)?);
        Ok(Self {
            authenticator: Authenticator::new(verifier, users, memory),
            connections,
        })
    }
}
