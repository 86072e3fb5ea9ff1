//! The invented history of the local profile, seeded before it serves.

use anyhow::{Context, Result};

use super::{DataFolder, Estate};
use crate::{database::Database, seed::seed_with_progress};

/// Seeds it, unless an earlier start did.
pub(super) async fn seed_once(estate: Estate, database: &Database, folder: &DataFolder) -> Result<()> {
    if estate.seeded {
        return Ok(());
    }
    let log = database.log().await?;
    // A large one too, if a seeding of this folder was interrupted.
    seed_with_progress(&log, &estate.plan)
        .await
        .context("the local profile cannot be seeded")?;
    log.pool().close().await;
    Estate {
        seeded: true,
        ..estate
    }
    .remember(folder)
}
