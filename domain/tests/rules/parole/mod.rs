//! Parole: which review counts, when parole approaches, how results read, and what the register's files make of reviews.

mod file_dates;
mod import;
mod reviews;

use chrono::NaiveDate;
use domain::{Moment, handover::RulesVersion};

pub(super) const REFERENCE: RulesVersion = RulesVersion::REFERENCE;

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn at(text: &str) -> Moment {
    Moment::new(text.parse().unwrap())
}

/// Three in the morning of 20 May 2024.
pub(super) fn now() -> Moment {
    at("2024-05-20T03:00:00Z")
}
