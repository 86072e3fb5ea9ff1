//! Which cases the local delivery units are written to about. Handover rules 12.2.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::calendar::{days_after, days_before, months_before};

/// How many days ahead the monthly list looks.
const AHEAD_DAYS: u64 = 44;
/// For how many months the monthly list names a handover that began and was calculated anew.
const CHANGED_MONTHS: u32 = 1;
/// How many days after the handover began a missing community offender manager is chased.
const CHASE_DAYS: u64 = 7;

/// What the messages depend on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PipelineFacts {
    /// The prison has allocations.
    pub prison_active: bool,
    /// Serving a sentence whose end can be told. Handover rules 3.2.
    pub sentenced: bool,
    /// The day on which the community begins to support, as stored.
    pub start_date: Option<NaiveDate>,
    /// When what is stored last changed, UTC.
    pub last_calculated_at: Option<DateTime<Utc>>,
    /// A community offender manager is named; an empty text counts.
    pub has_com_name: bool,
}

impl PipelineFacts {
    /// On the monthly list: the handover begins soon, or has begun and was calculated within a month.
    #[must_use]
    pub fn is_in_monthly_list(&self, today: NaiveDate) -> bool {
        let month_ago = months_before(today, CHANGED_MONTHS)
            .and_time(NaiveTime::MIN)
            .and_utc();
        let changed_lately = self
            .last_calculated_at
            .is_some_and(|calculated| calculated > month_ago);
        self.is_listed()
            && self.start_date.is_some_and(|start| {
                if start < today {
                    changed_lately
                } else {
                    start <= days_after(today, AHEAD_DAYS)
                }
            })
    }

    /// Chased today: the handover began a week ago, and nobody is named.
    #[must_use]
    pub fn is_chased(&self, today: NaiveDate) -> bool {
        self.is_listed() && !self.has_com_name && self.start_date == Some(days_before(today, CHASE_DAYS))
    }

    const fn is_listed(&self) -> bool {
        self.prison_active && self.sentenced
    }
}
