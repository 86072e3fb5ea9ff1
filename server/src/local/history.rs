//! The history of the invented estate. It is told before the doors open and before anything is sent: what is invented is
//! no news to anybody.

use anyhow::{Context, Result};
use commands::outgoing::Links;
use messaging::outbox;

use super::{DataFolder, Estate};
use crate::{database::Database, seed_command::make};

/// Tells it, unless an earlier start did.
pub(super) async fn tell(estate: Estate, database: &Database, folder: &DataFolder, base: &str) -> Result<()> {
    if estate.told {
        return Ok(());
    }
    let log = database.log().await?;
    // A large one too, if a seeding of this folder was interrupted.
    make(&estate.plan, &log, Links::try_new(base)?)
        .await
        .context("the invented history cannot be told")?;
    outbox::withhold(log.pool(), estate.plan.correlation_id()).await?;
    log.pool().close().await;
    Estate { told: true, ..estate }.remember(folder)
}
