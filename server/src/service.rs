//! The service itself, put together from its rooms: what a configuration becomes when it runs.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use commands::{BusOptions, CommandBus, outgoing::Links, ports::Ports};
use event_store::{ConnectOptions, Log, PostgresLog};
use graphql::budget::Budgets;
use hmpps::{
    Authenticator, CaseloadMemory, ClientCredentials, ClientTimeouts, NomisUserRoles, PrisonerSearch,
    TokenVerifier, Upstream, VerifierOptions, http_client,
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
    staff_details::StaffDetails,
};

/// What a run of the service adds to its configuration.
#[derive(Debug)]
pub struct ServiceOptions {
    /// Where requests come in.
    pub listener: TcpListener,
    /// Where operators' requests come in.
    pub management: Option<TcpListener>,
    /// The pages of the local profile.
    pub pages: Option<LocalPages>,
    /// What `/metrics` shows.
    pub metrics: metrics_exporter_prometheus::PrometheusHandle,
}

/// A place where requests come in, taken before anything else is begun.
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
    /// The write side, for whoever runs in the same process.
    pub bus: CommandBus,
    /// The read side.
    pub models: ReadModels,
    projector: ProjectorHandle,
    rewriter: RewriterHandle,
    relay: RelayHandle,
    inbox: InboxHandle,
    staff_details: JoinHandle<()>,
    stopping: CancellationToken,
    serving: JoinHandle<()>,
    log: Arc<PostgresLog>,
}

impl Service {
    /// Starts everything: log, read models, relay, inbox, and at last the doors.
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
            ports: Ports {
                prisoners: Arc::new(upstream.prisoner_search.clone()),
                staff: Arc::new(upstream.nomis_user_roles.clone()),
            },
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
                &upstream.http,
                &log,
                &models,
                &readiness,
                &clients,
            ),
            readiness,
            build: configuration.build.clone(),
            metrics: options.metrics,
            // Whoever is not on this machine may not see them.
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

    /// Closes the doors, finishes what was begun, and stops.
    pub async fn stop(self) {
        self.stopping.cancel();
        if let Err(error) = self.serving.await {
            tracing::error!(%error, "the doors did not close in order");
        }
        if let Err(error) = self.staff_details.await {
            tracing::error!(%error, "the details of POMs were not observed to the end");
        }
        self.inbox.stop().await;
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

/// The clients of other HMPPS services.
struct Upstreams {
    http: reqwest::Client,
    authenticator: Authenticator,
    prisoner_search: PrisonerSearch,
    nomis_user_roles: NomisUserRoles,
}

impl Upstreams {
    fn new(configuration: &Configuration, limits: &Limits) -> Result<Self> {
        let timeouts = ClientTimeouts::default();
        let http = http_client(timeouts)?;
        let credentials = Arc::new(ClientCredentials::new(
            &configuration.auth_url,
            &configuration.client_id,
            configuration.client_secret.reveal(),
            http.clone(),
        ));
        let upstream = |name, url: &str| {
            Arc::new(Upstream::new(
                name,
                url,
                http.clone(),
                credentials.clone(),
                timeouts,
            ))
        };
        let nomis_user_roles =
            NomisUserRoles::new(upstream("nomis-user-roles", &configuration.nomis_user_roles_url));
        let prisoner_search =
            PrisonerSearch::new(upstream("prisoner-search", &configuration.prisoner_search_url));
        let verifier = TokenVerifier::new(VerifierOptions {
            jwks_url: format!("{}/.well-known/jwks.json", configuration.auth_url),
            issuer: configuration.issuer.clone(),
            clock_skew: Duration::from_secs(30),
            keys_fresh_for: Duration::from_mins(10),
            http: http.clone(),
        });
        let memory = CaseloadMemory {
            fresh: limits.renewed_every(),
            ..CaseloadMemory::default()
        };
        let authenticator = Authenticator::new(verifier, nomis_user_roles.clone(), memory);
        Ok(Self {
            http,
            authenticator,
            prisoner_search,
            nomis_user_roles,
        })
    }
}
