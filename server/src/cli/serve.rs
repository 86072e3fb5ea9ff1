//! `serve`: runs the service until SIGINT or SIGTERM.

use super::values::{port, some_prisoners};
use crate::database::Target;
use clap::Args;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Configuration, Environment, Limits, LocalSettings},
    exit::{Ending, Failure},
    local::{self, LocalOptions},
    service::{Service, ServiceOptions, listen},
    shutdown::shutdown_token,
};

/// `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The port for everything.
    #[arg(long, default_value_t = 8080, env = "SERVER_PORT", value_parser = port)]
    pub port: u16,
    /// The port for metrics in production; without it they are not served. The local profile serves them on its one port.
    #[arg(long, env = "MANAGEMENT_PORT", value_parser = port)]
    pub management_port: Option<u16>,
    /// The data folder of the local profile.
    #[command(flatten)]
    pub target: Target,
    /// Number of prisoners that an empty local profile is filled with.
    #[arg(long, default_value_t = 300, value_parser = some_prisoners())]
    pub prisoners: usize,
}

/// Runs with the configuration of the environment, or the local profile when there is none.
pub(super) async fn run(options: ServeArgs) -> Result<Ending, Failure> {
    let stop = shutdown_token()?;
    let configured = Configuration::from_environment(Environment::of_process()).map_err(Failure::usage)?;
    let metrics = PrometheusBuilder::new()
        .install_recorder()
        .map_err(Failure::dependency)?;
    if let Some(configuration) = configured {
        let limits = Limits::of_production(Environment::of_process()).map_err(Failure::usage)?;
        run_configured(configuration, limits, &options, metrics, &stop).await?;
    } else {
        let settings = LocalSettings::from_environment(Environment::of_process()).map_err(Failure::usage)?;
        local::serve(local_options(options), settings, metrics, &stop).await?;
    }
    Ok(Ending::Done)
}

async fn run_configured(
    configuration: Configuration,
    limits: Limits,
    options: &ServeArgs,
    metrics: PrometheusHandle,
    stop: &CancellationToken,
) -> Result<()> {
    let management = if let Some(port) = options.management_port {
        Some(listen(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))).await?)
    } else {
        tracing::info!("metrics are not served: MANAGEMENT_PORT is not set");
        None
    };
    let service = ServiceOptions {
        listener: listen(SocketAddr::from((Ipv4Addr::UNSPECIFIED, options.port))).await?,
        management,
        pages: None,
        metrics,
    };
    let starting = Box::pin(Service::start_within(configuration, service, limits));
    let Some(service) = stop.run_until_cancelled(starting).await.transpose()? else {
        return Ok(());
    };
    tracing::info!(address = %service.address(), "ready");
    stop.cancelled().await;
    service.stop().await;
    Ok(())
}

fn local_options(options: ServeArgs) -> LocalOptions {
    LocalOptions {
        port: options.port,
        data_dir: options.target.data_dir,
        prisoners: options.prisoners,
    }
}
