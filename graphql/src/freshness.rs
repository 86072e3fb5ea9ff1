//! Reading what was just written.

use std::time::Duration;

use projections::ReadModels;

use crate::{fault::Fault, scalars::Position};

/// How long a reader waits for the read models.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// Waits until the position that the caller must see can be seen.
pub(crate) async fn reached(models: &ReadModels, wanted: Option<Position>) -> Result<(), Fault> {
    match wanted {
        Some(Position(position)) => Ok(models.reached(position, PATIENCE).await?),
        None => Ok(()),
    }
}
