//! The history of the small estate. It is told before the doors open and before anything is sent: what is invented is
//! no news to anybody.

use anyhow::{Context, Result};
use commands::outgoing::Links;
use messaging::outbox;

use super::{DataFolder, Estate};
use crate::{database::Database, seed};

/// Tells it, unless an earlier start did.
pub(super) async fn tell(estate: Estate, database: &Database, folder: &DataFolder, base: &str) -> Result<()> {
    if estate.told {
        return Ok(());
    }
    let log = database.log().await?;
    let bus = seed::bus(log.clone(), Links::try_new(base)?);
    seed::seed(&bus, &estate.plan, |_| {})
        .await
        .context("the small estate cannot be made")?;
    outbox::withhold(log.pool(), estate.plan.correlation_id()).await?;
    log.pool().close().await;
    Estate { told: true, ..estate }.remember(folder)
}
