//! Parsers of the values that several commands take.

use chrono::{DateTime, NaiveDate, Utc};
use clap::builder::RangedU64ValueParser;

/// A number of prisoners.
pub(super) fn some_prisoners() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=10_000_000)
}

/// A port.
pub(super) fn port(text: &str) -> Result<u16, &'static str> {
    text.parse()
        .map_err(|_| "write a port as a number from 0 to 65535, such as 8080")
}

/// A day, as 2026-10-01.
pub(super) fn day(text: &str) -> Result<NaiveDate, &'static str> {
    text.parse().map_err(|_| "write a day as 2026-10-01")
}

/// A moment, as RFC 3339 writes it.
pub(super) fn moment(text: &str) -> Result<DateTime<Utc>, &'static str> {
    text.parse()
        .map_err(|_| "write a moment as 2026-10-01T12:00:00Z, or with another offset from universal time")
}
