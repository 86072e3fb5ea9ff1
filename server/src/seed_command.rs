//! `seed`: the national estate, or a smaller one.

use std::{sync::Arc, time::Instant};

use chrono::Utc;
use commands::{BusOptions, CommandBus, outgoing::Links};
use domain::{london_date, policy::PolicyVersion};
use event_store::{Log, PostgresLog};
use indicatif::{ProgressBar, ProgressStyle};
use messaging::outbox;

use crate::{
    cli::Seed,
    database::Database,
    exit::{Ending, Failure},
    local::{DataFolder, Estate},
    ports::Offline,
    rebuild,
    seed::{self, SeedError, SeedPlan},
};

/// Where links in seeded messages point to: nowhere, because the estate is invented.
const NOWHERE: &str = "http://localhost";

/// Makes the estate, then builds the read models from its history.
pub(crate) async fn seed(options: Seed) -> Result<Ending, Failure> {
    let plan = SeedPlan {
        prisons: usize::from(options.prisons),
        prisoners: options.prisoners,
        years: u32::from(options.years),
        seed: options.seed,
        until: options.until.unwrap_or_else(|| london_date(Utc::now())),
    };
    let database = Database::open(&options.target).await?;
    let log = database.log().await?;
    let ended = make(&plan, &log).await;
    if ended.is_ok() {
        // The local profile's simulated services must know the same people.
        Estate { plan, told: true }.remember(&DataFolder::open(&options.target.data_dir)?)?;
        let head = log.head().await.map_err(Failure::dependency)?;
        outbox::withhold(log.pool(), head)
            .await
            .map_err(Failure::dependency)?;
        rebuild::all(&log).await?;
    }
    log.pool().close().await;
    drop(log);
    database.close().await?;
    ended
}

async fn make(plan: &SeedPlan, log: &Arc<PostgresLog>) -> Result<Ending, Failure> {
    let started = Instant::now();
    let bar = ProgressBar::new(u64::try_from(plan.prisoners).unwrap_or_default());
    if let Ok(style) = ProgressStyle::with_template("seeding {bar:40} {pos}/{len} prisoners, {eta} left") {
        bar.set_style(style);
    }
    let made = seed::seed(&bus(log)?, plan, |done| bar.set_position(done)).await;
    bar.finish_and_clear();
    let made = made.map_err(|error| match error {
        SeedError::OtherData => Failure::usage(error),
        _ => Failure::dependency(error),
    })?;
    println!(
        "{} prisoners and {} POMs in {} prisons, by {} commands in {} seconds.",
        made.prisoners,
        made.poms,
        made.prisons,
        made.commands,
        started.elapsed().as_secs()
    );
    Ok(Ending::Done)
}

fn bus(log: &Arc<PostgresLog>) -> Result<CommandBus, Failure> {
    Ok(CommandBus::new(BusOptions {
        log: log.clone(),
        prisoners: Arc::new(Offline),
        staff: Arc::new(Offline),
        clock: Utc::now,
        policy: PolicyVersion::RoshBased,
        links: Links::try_new(NOWHERE).map_err(Failure::usage)?,
    }))
}
