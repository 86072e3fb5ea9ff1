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
};

/// Runs `project …`.
pub(crate) async fn run(command: Project) -> Result<Ending, Failure> {
    match command {
        Project::Status(target) => {
            let database = Database::open(&target).await?;
            let log = database.log().await?;
            let models = status_of(&log).await?;
            log.pool().close().await;
            database.close().await?;
            for model in models {
                println!("{}", line(&model));
            }
        }
        Project::Rebuild { names, target } => {
            let database = Database::open(&target).await?;
            let log = database.log().await?;
            rebuild::named(&log, &names).await?;
            log.pool().close().await;
            database.close().await?;
        }
    }
    Ok(Ending::Done)
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
    } = status;
    let trouble = error
        .as_deref()
        .map(|error| format!(", {error}"))
        .unwrap_or_default();
    format!("{model} build {build}: {status:?}, at position {position} of {head}{trouble}")
}
