//! What estate to make, and the ids of everything in it.

use std::{fmt::Display, sync::Arc};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use event_store::RecordedEvent;
use serde::{Deserialize, Serialize};
use simulator::population::Population;
use uuid::Uuid;

/// The space of ids that seeding gives.
const NAMESPACE: Uuid = Uuid::from_u128(0x5eed_0a11_0ca7_4000_8000_7468_6520_6573);

/// As histories count them.
const DAYS_OF_A_YEAR: u64 = 365;

/// What estate to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedPlan {
    /// How many prisons.
    pub prisons: usize,
    /// How many prisoners.
    pub prisoners: usize,
    /// How many years of history.
    pub years: u32,
    /// The same seed makes the same estate.
    pub seed: u64,
    /// The London date on which the history ends.
    pub until: NaiveDate,
}

impl SeedPlan {
    /// The people of the estate.
    #[must_use]
    pub fn population(&self) -> Arc<Population> {
        Arc::new(Population::generate(
            self.seed,
            self.prisons,
            self.prisoners,
            self.until,
        ))
    }

    /// The id that all commands of the plan share.
    #[must_use]
    pub fn correlation_id(&self) -> Uuid {
        let Self {
            prisons,
            prisoners,
            years,
            seed,
            until,
        } = self;
        Uuid::new_v5(
            &NAMESPACE,
            format!("{prisons}/{prisoners}/{years}/{seed}/{until}").as_bytes(),
        )
    }

    /// Whether this event is one of the plan's.
    pub(super) fn began_with(&self, event: &RecordedEvent) -> bool {
        event
            .decode_metadata()
            .is_ok_and(|metadata| metadata.correlation_id == self.correlation_id())
    }

    /// A time before every event of a prisoner.
    pub(super) fn before_it_all(&self) -> DateTime<Utc> {
        let days = Days::new(
            u64::from(self.years)
                .saturating_mul(DAYS_OF_A_YEAR)
                .saturating_add(1),
        );
        midnight(self.until.checked_sub_days(days).unwrap_or(NaiveDate::MIN))
    }

    /// The start of the last day, of which nothing is recorded.
    pub(super) fn at_the_end(&self) -> DateTime<Utc> {
        midnight(self.until)
    }

    /// The id of the n-th command about a subject.
    #[must_use]
    pub fn command_id(&self, subject: impl Display, n: u64) -> Uuid {
        Uuid::new_v5(&self.correlation_id(), format!("{subject}/{n}").as_bytes())
    }
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
