//! `serve`: runs the service until it is told to stop.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context, Result};
use chrono::Utc;
use domain::{StaffId, london_date};
use event_store::Log;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use simulator::tokens::{TokenIssuer, TokenRequest};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    cli::Serve,
    config::{Configuration, Environment, Limits},
    exit::{Ending, Failure},
    local::{
        DataFolder, Estate, LocalLetter, LocalWorld, SAMPLE_NOMS, SAMPLE_POMS, print_welcome, sample_mutation,
    },
    say::remark,
    seed,
    service::{Service, Surroundings, listen},
};

/// Runs with the configuration of the environment, or the local profile when there is none.
pub(crate) async fn serve(options: Serve) -> Result<Ending, Failure> {
    let configured = Configuration::from_environment(Environment::of_process()).map_err(Failure::usage)?;
    let metrics = PrometheusBuilder::new()
        .install_recorder()
        .map_err(Failure::dependency)?;
    if let Some(configuration) = configured {
        let limits = Limits::of_production(Environment::of_process()).map_err(Failure::usage)?;
        run_configured(configuration, limits, options.port, metrics).await?;
    } else {
        let limits = Limits::of_local_profile(Environment::of_process()).map_err(Failure::usage)?;
        run_local(&options, limits, metrics).await?;
    }
    Ok(Ending::Done)
}

async fn run_configured(
    configuration: Configuration,
    limits: Limits,
    port: u16,
    metrics: PrometheusHandle,
) -> Result<()> {
    let surroundings = Surroundings {
        listener: listen(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))).await?,
        graphiql: None,
        graphiql_token: None,
        open_schema: false,
        metrics,
    };
    let service = Service::start_within(configuration, surroundings, limits).await?;
    tracing::info!(address = %service.address(), "ready");
    told_to_stop().await?;
    service.stop().await;
    Ok(())
}

async fn run_local(options: &Serve, limits: Limits, metrics: PrometheusHandle) -> Result<()> {
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port))).await?;
    let folder = DataFolder::open(&options.target.data_dir)?;
    let estate = Estate::of(&folder, Estate::small(options.prisoners, london_date(Utc::now())))?;
    let world = tokio::select! {
        world = LocalWorld::start(&folder, &estate.plan) => world?,
        stopped = told_to_stop() => return stopped,
    };
    let base = format!("http://localhost:{}", options.port);
    let token = local_token(&folder)?;
    let surroundings = Surroundings {
        listener,
        graphiql: graphiql_files().await,
        graphiql_token: Some(token.clone()),
        open_schema: true,
        metrics,
    };
    let has_graphiql = surroundings.graphiql.is_some();
    let service = Service::start_within(world.configuration(&base), surroundings, limits).await?;
    populate(&service, estate, &folder).await?;
    let mutation = mutation_that_works(&service).await?;
    let database = world.database.url().to_owned();
    let letter = LocalLetter::new(&base, database, token, &mutation, world.aws_letter());
    letter.leave(&folder)?;
    print_welcome(&letter, &mutation, folder.path(), has_graphiql)?;
    let stopped = told_to_stop().await;
    remark(format_args!("Stopping."));
    service.stop().await;
    world.stop().await?;
    stopped
}

/// Tells the estate's history, unless an earlier start did, and waits until it can be read.
async fn populate(service: &Service, estate: Estate, folder: &DataFolder) -> Result<()> {
    if !estate.told {
        seed::seed(&service.bus, &estate.plan, |_| {})
            .await
            .context("the small estate cannot be made")?;
        Estate { told: true, ..estate }.remember(folder)?;
    }
    let head = service.log().head().await?;
    service.models.reached(head, Duration::from_mins(5)).await?;
    Ok(())
}

/// The example for whoever has the case not yet.
async fn mutation_that_works(service: &Service) -> Result<String> {
    let present = service.models.allocation(SAMPLE_NOMS.parse()?).await?;
    let primary = present
        .and_then(|view| view.allocation.primary_id())
        .map(StaffId::get);
    let [one, other] = SAMPLE_POMS;
    Ok(sample_mutation(if primary == Some(one) { other } else { one }))
}

/// A token for the examples: a head of offender management at Leeds who may also read the contract and audit.
fn local_token(folder: &DataFolder) -> Result<String> {
    let authorities = [
        "ROLE_ALLOC_MGR",
        "ROLE_VIEW_POM_ALLOCATIONS",
        "ROLE_POM_ALLOCATIONS__AUDIT__RO",
        "ROLE_POM_ALLOCATIONS__DEVELOPER",
    ];
    let request = TokenRequest {
        lifetime: chrono::TimeDelta::hours(12),
        ..TokenRequest::local_user(&authorities, &["LEI".parse()?])
    };
    Ok(TokenIssuer::open(folder.token_key())?.issue(&request)?)
}

/// The GraphiQL page's files; without npm there are none, and the rest works all the same.
async fn graphiql_files() -> Option<PathBuf> {
    let tools = workbench::default_tools_dir();
    match tokio::task::spawn_blocking(move || workbench::graphiql::assets(&tools)).await {
        Ok(Ok(files)) => files,
        Ok(Err(error)) => {
            tracing::warn!(%error, "GraphiQL cannot be installed; everything else works");
            None
        }
        Err(_) => None,
    }
}

/// Waits for Ctrl-C or a polite request to stop.
async fn told_to_stop() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
