//! The history of the small estate. It is told before the doors open and before anything is sent: what is invented is
//! no news to anybody.

use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::Utc;
use commands::{BusOptions, CommandBus, outgoing::Links};
use domain::policy::PolicyVersion;
use messaging::outbox;

use super::{DataFolder, Estate};
use crate::{database::Database, ports::Nobody, seed};

/// Tells it, unless an earlier start did.
pub(super) async fn tell(estate: Estate, database: &Database, folder: &DataFolder, base: &str) -> Result<()> {
    if estate.told {
        return Ok(());
    }
    let log = database.log().await?;
    let bus = CommandBus::new(BusOptions {
        log: log.clone(),
        prisoners: Arc::new(Nobody),
        staff: Arc::new(Nobody),
        clock: Utc::now,
        policy: PolicyVersion::RoshBased,
        links: Links::try_new(base)?,
    });
    seed::seed(&bus, &estate.plan, |_| {})
        .await
        .context("the small estate cannot be made")?;
    outbox::withhold(log.pool(), estate.plan.correlation_id()).await?;
    log.pool().close().await;
    Estate { told: true, ..estate }.remember(folder)
}
