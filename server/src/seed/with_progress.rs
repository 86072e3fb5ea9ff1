//! Seeding that shows how far it is.

use std::sync::Arc;

use event_store::PostgresLog;

use super::{SeedError, SeedPlan, Seeded, seed};
use crate::progress::ProgressReporter;

/// Makes the estate of a plan, with a progress bar.
pub(crate) async fn seed_with_progress(log: &Arc<PostgresLog>, plan: &SeedPlan) -> Result<Seeded, SeedError> {
    let total = u64::try_from(plan.prisoners).unwrap_or_default();
    let progress = ProgressReporter::begin();
    let made = seed(log.clone(), plan, |done| {
        progress.at("seeding prisoners", done, total);
    })
    .await;
    progress.end();
    made
}
