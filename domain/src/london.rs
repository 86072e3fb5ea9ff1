//! Calendar dates of the field: what day it is in London at a moment.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::London;

/// The London calendar date of a moment.
#[must_use]
pub fn london_date(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&London).date_naive()
}
