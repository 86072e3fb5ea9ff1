//! `serve`: runs the service until it is told to stop.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    cli::Serve,
    config::{Configuration, Environment, Limits, LocalSettings},
    exit::{Ending, Failure},
    local,
    service::{Service, Surroundings, listen},
    stopping::told_to_stop,
};

/// Runs with the configuration of the environment, or the local profile when there is none.
pub(crate) async fn serve(options: Serve) -> Result<Ending, Failure> {
    let stop = told_to_stop()?;
    let configured = Configuration::from_environment(Environment::of_process()).map_err(Failure::usage)?;
    let metrics = PrometheusBuilder::new()
        .install_recorder()
        .map_err(Failure::dependency)?;
    if let Some(configuration) = configured {
        let limits = Limits::of_production(Environment::of_process()).map_err(Failure::usage)?;
        run_configured(configuration, limits, &options, metrics, &stop).await?;
    } else {
        let settings = LocalSettings::from_environment(Environment::of_process()).map_err(Failure::usage)?;
        local::serve(&options, settings, metrics, &stop).await?;
    }
    Ok(Ending::Done)
}

async fn run_configured(
    configuration: Configuration,
    limits: Limits,
    options: &Serve,
    metrics: PrometheusHandle,
    stop: &CancellationToken,
) -> Result<()> {
    let management = if let Some(port) = options.management_port {
        Some(listen(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))).await?)
    } else {
        tracing::info!("metrics are not served: MANAGEMENT_PORT is not set");
        None
    };
    let surroundings = Surroundings {
        listener: listen(SocketAddr::from((Ipv4Addr::UNSPECIFIED, options.port))).await?,
        management,
        pages: None,
        metrics,
    };
    let starting = Box::pin(Service::start_within(configuration, surroundings, limits));
    let Some(service) = stop.run_until_cancelled(starting).await.transpose()? else {
        return Ok(());
    };
    tracing::info!(address = %service.address(), "ready");
    stop.cancelled().await;
    service.stop().await;
    Ok(())
}
