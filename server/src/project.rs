//! `project`: read models.

use std::sync::Arc;

use domain::policy::PolicyVersion;
use event_store::PostgresLog;
use projections::{ModelStatus, ReadModels};

use crate::{
    cli::Project,
    database::Database,
    exit::{Ending, Failure},
    rebuild,
    say::say,
};

/// Runs `project …`.
pub(crate) async fn run(command: Project) -> Result<Ending, Failure> {
    let (Project::Status(target)
    | Project::Rewrite(target)
    | Project::Rebuild { target, .. }
    | Project::Switch { target, .. }
    | Project::Drop { target, .. }) = &command;
    let database = Database::open(target).await?;
    let log = match &command {
        Project::Status(_) | Project::Drop { .. } => database.sealed_log().await?,
        // Whatever is folded is read, and rows without names would be wrong rows.
        Project::Rebuild { .. } | Project::Rewrite(_) | Project::Switch { .. } => database.log().await?,
    };
    let done = act(&command, &log).await;
    log.pool().close().await;
    database.close().await?;
    done.map(|()| Ending::Done)
}

async fn act(command: &Project, log: &Arc<PostgresLog>) -> Result<(), Failure> {
    match command {
        Project::Status(_) => {
            for model in status_of(log).await? {
                say!("{}", line(&model))?;
            }
            Ok(())
        }
        Project::Rebuild {
            models,
            keep_previous,
            ..
        } => rebuild::tell(&rebuild::rebuild(log, models, *keep_previous).await?),
        Project::Rewrite(_) => {
            let people = projections::rewrite(log).await?;
            say!("The tables hold nothing any more of those who were erased: {people} since the last time.")
        }
        Project::Switch { model, build, .. } => {
            let position = projections::switch(log, *model, *build).await?;
            say!("Readers see build {build} of {model}, at position {position}.")
        }
        Project::Drop { model, build, .. } => {
            projections::drop_build(log.pool(), *model, *build).await?;
            say!("Build {build} of {model} is gone.")
        }
    }
}

/// Where each build of each read model is.
pub(crate) async fn status_of(log: &Arc<PostgresLog>) -> Result<Vec<ModelStatus>, Failure> {
    // The policy decides buckets, which are not asked for here.
    let models = ReadModels::new(log.pool().clone(), log.clone(), PolicyVersion::RoshBased);
    models.status().await.map_err(Failure::dependency)
}

/// A build in one line.
pub(crate) fn line(status: &ModelStatus) -> String {
    let ModelStatus {
        model,
        build,
        status,
        position,
        head,
        error,
        abandoned,
    } = status;
    let trouble = match error {
        Some(error) => format!(", {error}"),
        None if *abandoned => ", abandoned".to_owned(),
        None => String::new(),
    };
    format!("{model} build {build}: {status:?}, at position {position} of {head}{trouble}")
}
