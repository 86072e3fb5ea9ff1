//! Since when a transfer to open conditions brings the handover forward, and who is in open conditions. Handover rules 4.7.

use chrono::NaiveDate;

use super::day;

/// The category of women in open conditions.
pub const OPEN_CATEGORY: &str = "T";

/// Prescoed, the open prison of Wales.
pub const PRESCOED: &str = "UPI";

/// Arrivals from this day on, at any open prison for men.
#[must_use]
pub const fn mens_open_rules_since() -> NaiveDate {
    day(2021, 3, 31)
}

/// Welsh cases that arrive from this day on at Prescoed.
#[must_use]
pub const fn welsh_prescoed_rules_since() -> NaiveDate {
    day(2020, 10, 19)
}
