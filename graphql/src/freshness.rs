//! Which state is read: at least that of a position, or that of a moment in the past.

use std::time::Duration;

use chrono::{TimeDelta, Utc};

use crate::{access::Reader, fault::Fault, scalars::DateTime};

/// How long a reader waits for the read models.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// How far the clocks of a client, of the database and ours may differ.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(5);

/// The moment as of which something is read. It lies in the past: what will be is not recorded.
pub(crate) fn past(
    reader: &Reader<'_>,
    as_of: Option<DateTime>,
) -> Result<Option<chrono::DateTime<Utc>>, Fault> {
    let Some(DateTime(at)) = as_of else {
        return Ok(None);
    };
    if at.signed_duration_since(reader.now()) > CLOCK_SKEW {
        return Err(Fault::bad_input(
            "'asOf' is later than now: give a moment of the past, or leave it out",
        ));
    }
    Ok(Some(at))
}
