//! Parole: which review counts, when parole approaches, how results read, and what the register's files make of reviews.

mod approaching;
mod catching_up;
mod file_dates;
mod history;
mod import;
mod outcomes;
mod reviews;

use chrono::NaiveDate;
use domain::{
    Moment,
    handover::RulesVersion,
    parole::{HearingOutcome, ParoleReview, ReviewStatus},
};

pub(super) const REFERENCE: RulesVersion = RulesVersion::REFERENCE;

pub(super) const STAYED: &str = "Stay In Closed [*]";

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

pub(super) fn review(id: i64, hearing: &str) -> ParoleReview<'static> {
    ParoleReview {
        id,
        target_hearing_date: Some(day(hearing)),
        ..ParoleReview::default()
    }
}

pub(super) fn with_outcome<'a>(outcome: &'a str, received: Option<&str>) -> ParoleReview<'a> {
    ParoleReview {
        outcome: Some(HearingOutcome(outcome)),
        outcome_received_on: received.map(day),
        ..review(1, "2024-01-01")
    }
}

pub(super) fn active(id: i64, hearing: &str) -> ParoleReview<'static> {
    ParoleReview {
        status: Some(ReviewStatus("Active")),
        ..review(id, hearing)
    }
}
