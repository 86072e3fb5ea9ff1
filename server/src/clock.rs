//! The only place of the service that reads the clock; everything else gets the time as a value.

use chrono::{DateTime, NaiveDate, Utc};
use domain::london_date;

/// This moment, UTC.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
#[must_use]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Today's date in London.
#[must_use]
pub fn today() -> NaiveDate {
    london_date(now())
}
