//! `project`: read models.

use std::sync::Arc;

use clap::{
    Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use domain::policy::PolicyVersion;
use event_store::PostgresLog;
use projections::{Model, ModelStatus, ReadModels};

use super::rebuild;
use crate::{
    database::{Database, Target},
    exit::{Ending, Failure},
    output::output,
};

/// `project`.
#[derive(Debug, Subcommand)]
pub enum ProjectCommand {
    /// Show the position of each build of each read model.
    Status(Target),
    /// Rebuild read models beside the live ones, then switch.
    Rebuild {
        /// The read models; all by default.
        #[arg(value_parser = model())]
        models: Vec<Model>,
        /// Keep the previous builds, to switch back to.
        #[arg(long)]
        keep_previous: bool,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
    /// Rewrite the tables without the remains of erased people; the service does so an hour after an erasure.
    Rewrite(Target),
    /// Switch readers to a kept build, once it is up to date.
    Switch {
        /// The read model.
        #[arg(value_parser = model())]
        model: Model,
        /// The build's number in `project status`.
        build: i32,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
    /// Drop a build that readers do not use.
    Drop {
        /// The read model.
        #[arg(value_parser = model())]
        model: Model,
        /// The build's number in `project status`.
        build: i32,
        /// Where the database is.
        #[command(flatten)]
        target: Target,
    },
}

/// Parses the name of a model; the help lists the names.
fn model() -> impl TypedValueParser<Value = Model> {
    PossibleValuesParser::new(Model::ALL.map(Model::name)).try_map(|name| name.parse::<Model>())
}

/// Runs `project …`.
pub(super) async fn run(command: ProjectCommand) -> Result<Ending, Failure> {
    let (ProjectCommand::Status(target)
    | ProjectCommand::Rewrite(target)
    | ProjectCommand::Rebuild { target, .. }
    | ProjectCommand::Switch { target, .. }
    | ProjectCommand::Drop { target, .. }) = &command;
    let database = Database::open(target).await?;
    let log = match &command {
        ProjectCommand::Status(_) | ProjectCommand::Drop { .. } => database.sealed_log().await?,
        // Whatever is folded is read, and rows without names would be wrong rows.
        ProjectCommand::Rebuild { .. } | ProjectCommand::Rewrite(_) | ProjectCommand::Switch { .. } => {
            database.log().await?
        }
    };
    let done = act(&command, &log).await;
    log.pool().close().await;
    database.close().await?;
    done.map(|()| Ending::Done)
}

async fn act(command: &ProjectCommand, log: &Arc<PostgresLog>) -> Result<(), Failure> {
    match command {
        ProjectCommand::Status(_) => {
            for model in status_of(log).await? {
                output!("{}", line(&model))?;
            }
            Ok(())
        }
        ProjectCommand::Rebuild {
            models,
            keep_previous,
            ..
        } => rebuild::report(&rebuild::rebuild(log, models, *keep_previous).await?),
        ProjectCommand::Rewrite(_) => {
            let people = projections::rewrite(log).await?;
            output!(
                "The tables hold nothing any more of those who were erased: {people} since the last time."
            )
        }
        ProjectCommand::Switch { model, build, .. } => {
            let position = projections::switch(log, *model, *build).await?;
            output!("Readers see build {build} of {model}, at position {position}.")
        }
        ProjectCommand::Drop { model, build, .. } => {
            projections::drop_build(log.pool(), *model, *build).await?;
            output!("Build {build} of {model} is gone.")
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
