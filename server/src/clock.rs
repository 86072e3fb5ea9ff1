//! The one place of the service that reads the clock; everybody else is told the time.

use chrono::{DateTime, NaiveDate, Utc};
use domain::london_date;

/// This moment, UTC.
#[expect(clippy::disallowed_methods, reason = "somebody has to look at the clock")]
#[must_use]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The day that it is in London.
#[must_use]
pub fn today() -> NaiveDate {
    london_date(now())
}
