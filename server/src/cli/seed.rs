//! `seed`: the national estate, or a smaller one.

use super::values::{day, some_prisoners};
use crate::database::Target;
use chrono::NaiveDate;
use clap::Args;
use std::{sync::Arc, time::Instant};

use anyhow::anyhow;
use event_store::{Log, Position, PostgresLog};
use projections::Model;

use super::rebuild;
use crate::{
    database::Database,
    exit::{Ending, Failure},
    local::Estate,
    output::{output, to_stderr},
    seed::{self, SeedError, SeedPlan},
};

/// `seed`.
#[derive(Debug, Args)]
pub struct SeedArgs {
    /// Number of prisons, in the order of the prison list with Leeds first.
    #[arg(long, default_value_t = 124, value_parser = clap::value_parser!(u16).range(1..=124))]
    pub prisons: u16,
    /// Number of prisoners.
    #[arg(long, default_value_t = 90_000, value_parser = some_prisoners())]
    pub prisoners: usize,
    /// Years of history.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=50))]
    pub years: u16,
    /// The same seed makes the same estate.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The London date on which the history ends. Default: that of the seeding in the log, else today.
    #[arg(long, value_parser = day)]
    pub until: Option<NaiveDate>,
    /// Seed the configured database; without this flag only a local profile is seeded.
    #[arg(long)]
    pub into_configured_database: bool,
    /// Where the database is.
    #[command(flatten)]
    pub target: Target,
}

/// Makes the estate, then builds the read models from its history.
pub(super) async fn run(options: SeedArgs) -> Result<Ending, Failure> {
    let database = Database::open_to_seed(&options.target).await?;
    if database.folder().is_none() && !options.into_configured_database {
        return Err(Failure::usage(anyhow!(
            "the environment configures a database, and a seeding fills it with invented people for good: \
             unset DATABASE_URL, DB_SERVER and POSTGRES_HOST to seed a local profile, or say --into-configured-database"
        )));
    }
    let log = database.log().await?;
    let done = fill(&options, &database, &log).await;
    log.pool().close().await;
    drop(log);
    database.close().await?;
    done.map(|()| Ending::Done)
}

async fn fill(options: &SeedArgs, database: &Database, log: &Arc<PostgresLog>) -> Result<(), Failure> {
    let plan = plan(options, database, log).await?;
    // The simulated services must know the same people, and a later run continues without being given the plan.
    let remember = |seeded| {
        database
            .folder()
            .map(|folder| Estate { plan, seeded }.remember(folder))
    };
    if log.head().await.map_err(Failure::dependency)? == Position::START {
        remember(false).transpose()?;
    }
    to_stderr(format_args!(
        "Seeding {} prisoners. If this is interrupted, the same command goes on with it.",
        plan.prisoners
    ));
    let started = Instant::now();
    let made = seed::seed_with_progress(log, &plan).await?;
    let took = started.elapsed().as_secs();
    remember(true).transpose()?;
    let rebuilt = rebuild::rebuild(log, &Model::ALL, false).await?;
    output!(
        "{} prisoners and {} POMs in {} prisons, by {} commands in {took} seconds.",
        made.prisoners,
        made.poms,
        made.prisons,
        made.commands
    )?;
    rebuild::report(&rebuilt)
}

/// What is asked for. Without a last day, an interrupted seeding goes on to the one that it was begun with.
async fn plan(options: &SeedArgs, database: &Database, log: &PostgresLog) -> Result<SeedPlan, Failure> {
    let asked = SeedPlan {
        prisons: usize::from(options.prisons),
        prisoners: options.prisoners,
        years: u32::from(options.years),
        seed: options.seed,
        until: options.until.unwrap_or_else(crate::clock::today),
    };
    if options.until.is_some() {
        return Ok(asked);
    }
    let remembered = database.folder().map(Estate::remembered).transpose()?.flatten();
    if let Some(Estate { plan, .. }) = remembered
        && plan
            == (SeedPlan {
                until: plan.until,
                ..asked
            })
    {
        return Ok(plan);
    }
    Ok(seed::begun(log, asked).await?.unwrap_or(asked))
}

impl From<SeedError> for Failure {
    fn from(error: SeedError) -> Self {
        match error {
            SeedError::OtherData => Self::usage(error),
            _ => Self::dependency(error),
        }
    }
}
