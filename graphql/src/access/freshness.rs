//! The state that a read shows: at least that of a position, or that of a moment in the past.

use std::time::Duration;

use chrono::{TimeDelta, Utc};

use super::Reader;
use crate::{
    fault::Fault,
    scalars::{DateTime, Position},
};

/// How long a read waits for the read models.
pub(super) const READ_MODEL_TIMEOUT: Duration = Duration::from_secs(2);

/// How far the clocks of a client, of the database and ours may differ.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(5);

impl Reader<'_> {
    /// Waits until the read models have reached a position.
    pub(crate) async fn reached(&self, wanted: Option<Position>) -> Result<(), Fault> {
        match wanted {
            Some(Position(position)) => Ok(self.models().reached(position, READ_MODEL_TIMEOUT).await?),
            None => Ok(()),
        }
    }

    /// The moment as of which something is read. It lies in the past: the future is not recorded.
    pub(crate) fn past(&self, as_of: Option<DateTime>) -> Result<Option<chrono::DateTime<Utc>>, Fault> {
        let Some(DateTime(at)) = as_of else {
            return Ok(None);
        };
        if at.signed_duration_since(self.now()) > CLOCK_SKEW {
            return Err(Fault::bad_input(
                "'asOf' is later than now: give a moment of the past, or leave it out",
            ));
        }
        Ok(Some(at))
    }
}
