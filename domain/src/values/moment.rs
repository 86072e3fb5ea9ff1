//! When a question is asked: the moment, and what day it is then in London and by universal time.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::{
    handover::{Departure, RulesVersion},
    london::london_time,
};

/// A moment with its days. The rules reckon in London days; in a few places the present service reckons by universal
/// time, where between midnight and one in summer it is still the day before. Handover rules 18.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    now: DateTime<Utc>,
    today: NaiveDate,
    clock: NaiveTime,
}

impl Moment {
    /// This moment.
    #[must_use]
    pub fn new(now: DateTime<Utc>) -> Self {
        let london = london_time(now);
        Self {
            now,
            today: london.date(),
            clock: london.time(),
        }
    }

    /// The moment itself, UTC.
    #[must_use]
    pub const fn now(self) -> DateTime<Utc> {
        self.now
    }

    /// The London calendar date.
    #[must_use]
    pub const fn today(self) -> NaiveDate {
        self.today
    }

    /// What the clocks in London show.
    #[must_use]
    pub const fn london_clock(self) -> NaiveTime {
        self.clock
    }

    /// The day that counts as today where the present service reckons by universal time, and the London day by
    /// [`Departure::LondonDates`].
    #[must_use]
    pub fn day(self, rules: RulesVersion) -> NaiveDate {
        if rules.has(Departure::LondonDates) {
            self.today
        } else {
            self.utc_date()
        }
    }

    /// The calendar date by universal time.
    #[must_use]
    pub fn utc_date(self) -> NaiveDate {
        self.now.date_naive()
    }
}
