//! The history of the invented estate, told before the doors open.

use anyhow::{Context, Result};

use super::{DataFolder, Estate};
use crate::{database::Database, seed::seed_with_progress};

/// Tells it, unless an earlier start did.
pub(super) async fn seed_once(estate: Estate, database: &Database, folder: &DataFolder) -> Result<()> {
    if estate.seeded {
        return Ok(());
    }
    let log = database.log().await?;
    // A large one too, if a seeding of this folder was interrupted.
    seed_with_progress(&log, &estate.plan)
        .await
        .context("the invented history cannot be told")?;
    log.pool().close().await;
    Estate {
        seeded: true,
        ..estate
    }
    .remember(folder)
}
