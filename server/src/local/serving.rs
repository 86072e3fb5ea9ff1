//! `serve` without a configuration: the servers around the service, the service, and what people and scripts must
//! know. Whatever of it runs when Ctrl-C comes is stopped.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use chrono::TimeDelta;
use event_store::Log;
use metrics_exporter_prometheus::PrometheusHandle;
use simulator::tokens::{TokenIssuer, TokenRequest};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{DataFolder, Estate, Example, LocalManifest, LocalServers, Work, history, print_welcome};
use crate::{
    config::LocalSettings,
    exit::Failure,
    http::LocalPages,
    service::{Service, ServiceOptions, listen},
};

/// How long the read models may take to follow a history that they have not read yet.
const CATCHING_UP: Duration = Duration::from_mins(5);

/// How the local profile is started.
#[derive(Debug)]
pub(crate) struct LocalOptions {
    /// The port for everything; 0 stands for any that is free.
    pub(crate) port: u16,
    /// Where it keeps its data.
    pub(crate) data_dir: PathBuf,
    /// How many prisoners it starts with, if it starts empty.
    pub(crate) prisoners: usize,
}

/// Runs the local profile until shutdown.
pub(crate) async fn serve(
    options: LocalOptions,
    settings: LocalSettings,
    metrics: PrometheusHandle,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let folder = DataFolder::open(&options.data_dir)?;
    let _alone = folder.work_alone(Work::Serving)?;
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port))).await?;
    // Not the one that was asked for: 0 stands for any that is free.
    let port = listener.local_addr().context("the port cannot be read")?.port();
    LocalManifest::remove(&folder)?;
    let estate = Estate::of(&folder, Estate::small(options.prisoners, crate::clock::today()))?;
    let starting = Box::pin(LocalServers::start(&folder, &estate.plan));
    let Some(servers) = stop.run_until_cancelled(starting).await.transpose()? else {
        return Ok(());
    };
    let mut profile = Profile {
        base: format!("http://localhost:{port}"),
        token: local_token(&folder)?,
        folder,
        servers,
    };
    let ended = profile.run(estate, listener, settings, metrics, stop).await;
    Ok(profile.servers.stop().await.and(ended)?)
}

/// The options of a service that is not there yet.
struct Profile {
    base: String,
    token: String,
    folder: DataFolder,
    servers: LocalServers,
}

impl Profile {
    async fn run(
        &mut self,
        estate: Estate,
        listener: TcpListener,
        settings: LocalSettings,
        metrics: PrometheusHandle,
        stop: &CancellationToken,
    ) -> Result<()> {
        let starting = Box::pin(async {
            history::seed_once(estate, &self.servers.database, &self.folder).await?;
            let pages = LocalPages {
                base: self.base.clone(),
                token: self.token.clone(),
                graphiql: graphiql_files().await,
                data_dir: self.folder.path().to_owned(),
            };
            let has_graphiql = pages.graphiql.is_some();
            let options = ServiceOptions {
                listener,
                management: None,
                pages: Some(pages),
                metrics,
            };
            let limits = settings.limits;
            let configuration = self.servers.configuration(&self.base, settings);
            let service = Service::start_within(configuration, options, limits).await?;
            Ok::<_, anyhow::Error>((service, has_graphiql))
        });
        let Some((service, has_graphiql)) = stop.run_until_cancelled(starting).await.transpose()? else {
            return Ok(());
        };
        let welcoming = self.welcome(&service, has_graphiql);
        let welcomed = stop.run_until_cancelled(welcoming).await.transpose();
        let served = match welcomed {
            Ok(_) => self.until_told_to_stop(stop).await,
            Err(error) => Err(error),
        };
        let removed = LocalManifest::remove(&self.folder);
        // Nothing that was begun can be finished without the servers.
        if served.is_ok() {
            service.stop().await;
        }
        served.and(removed)
    }

    /// Waits for shutdown. Fails when one of the servers ends, because nothing can be served without it.
    async fn until_told_to_stop(&mut self, stop: &CancellationToken) -> Result<()> {
        let exited = self.servers.exited();
        tokio::select! {
            biased;
            () = stop.cancelled() => Ok(()),
            server = exited => bail!("{server} has ended: start again"),
        }
    }

    /// Waits until the estate can be read, then writes `local.json` and prints the welcome.
    async fn welcome(&self, service: &Service, has_graphiql: bool) -> Result<()> {
        let head = service.log().head().await?;
        service.models.reached(head, CATCHING_UP).await?;
        let example = Example::find(&service.models, crate::clock::today()).await?;
        let database = self.servers.database.url().to_owned();
        let manifest = LocalManifest::new(
            &self.base,
            database,
            self.token.clone(),
            &example,
            self.servers.aws_manifest(),
        );
        manifest.write(&self.folder)?;
        print_welcome(&manifest, &example.mutation(), self.folder.path(), has_graphiql)?;
        Ok(())
    }
}

/// A token for the examples: a head of offender management at Leeds who may also read the contract and audit. It
/// outlasts every run.
fn local_token(folder: &DataFolder) -> Result<String> {
    let authorities = [
        "ROLE_ALLOC_MGR",
        "ROLE_VIEW_POM_ALLOCATIONS",
        "ROLE_POM_ALLOCATIONS__AUDIT__RO",
        "ROLE_POM_ALLOCATIONS__DEVELOPER",
    ];
    let request = TokenRequest {
        lifetime: TimeDelta::days(365),
        ..TokenRequest::local_user(&authorities, &["LEI".parse()?])
    };
    Ok(TokenIssuer::open(folder.token_key())?.issue(&request)?)
}

/// The GraphiQL page's files; where they cannot be fetched the rest works all the same.
async fn graphiql_files() -> Option<PathBuf> {
    let tools = workbench::default_tools_dir();
    let fetched = tokio::task::spawn_blocking(move || workbench::graphiql::assets(&tools)).await;
    match fetched.context("the search for GraphiQL broke off") {
        Ok(Ok(files)) => Some(files),
        Ok(Err(error)) => {
            let error = anyhow::Error::from(error);
            tracing::warn!(error = %format_args!("{error:#}"), "GraphiQL cannot be fetched; everything else works");
            None
        }
        Err(_) => None,
    }
}
