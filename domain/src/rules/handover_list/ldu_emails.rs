//! Which cases the local delivery units are written to about. Handover rules 12.2.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::{
    calendar::{days_after, days_before, months_before},
    handover::{Departure, RulesVersion},
    london_date,
};

/// How many days ahead the monthly list looks.
const AHEAD_DAYS: u64 = 44;
/// For how many months the monthly list names a handover that began and was calculated anew.
const CHANGED_MONTHS: u32 = 1;
/// How many days after the handover began a missing community offender manager is chased.
const CHASE_DAYS: u64 = 7;
/// For how many days after that a chase that was missed is still worth sending.
const CATCH_UP_DAYS: u64 = 14;

/// What the messages depend on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PipelineFacts {
    /// The prison has allocations, or had; from the allocations.
    pub prison_active: bool,
    /// Serving a sentence whose end can be told, by dates from prisoner-search. Handover rules 3.2.
    pub sentenced: bool,
    /// The day on which the community begins to support, as stored. London calendar date.
    pub start_date: Option<NaiveDate>,
    /// When what is stored last changed, UTC.
    pub last_calculated_at: Option<DateTime<Utc>>,
    /// The probation record names a community offender manager; an empty text counts.
    pub has_com_name: bool,
    /// The start about which the unit was last chased, from the history of messages. London calendar date.
    pub chased_about: Option<NaiveDate>,
}

impl PipelineFacts {
    /// On the monthly list: the handover begins soon, or has begun and was calculated within a month.
    #[must_use]
    pub fn is_in_monthly_list(&self, today: NaiveDate, rules: RulesVersion) -> bool {
        self.is_listed()
            && self.start_date.is_some_and(|start| {
                if start < today {
                    self.was_calculated_lately(today, rules)
                } else {
                    start <= days_after(today, AHEAD_DAYS)
                }
            })
    }

    /// Chased today: the handover began a week ago, and nobody is named. By departure a chase whose day was missed is
    /// sent later, once for each start.
    #[must_use]
    pub fn is_chased(&self, today: NaiveDate, rules: RulesVersion) -> bool {
        self.is_listed()
            && !self.has_com_name
            && self.start_date.is_some_and(|start| {
                if rules.has(Departure::RemindersCatchUp) {
                    let due = days_after(start, CHASE_DAYS);
                    (due..=days_after(due, CATCH_UP_DAYS)).contains(&today)
                        && self.chased_about != Some(start)
                } else {
                    start == days_before(today, CHASE_DAYS)
                }
            })
    }

    const fn is_listed(&self) -> bool {
        self.prison_active && self.sentenced
    }

    /// After the beginning, by universal time, of the day a month ago; by departure on that day in London or later.
    fn was_calculated_lately(&self, today: NaiveDate, rules: RulesVersion) -> bool {
        let month_ago = months_before(today, CHANGED_MONTHS);
        self.last_calculated_at.is_some_and(|calculated| {
            if rules.has(Departure::LondonDates) {
                london_date(calculated) >= month_ago
            } else {
                calculated > month_ago.and_time(NaiveTime::MIN).and_utc()
            }
        })
    }
}

/// What the message that chases says of the POM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChasedPom<'a> {
    /// Their name, or what stands in its place.
    pub name: &'a str,
    /// Their address, or what stands in its place.
    pub email: &'a str,
}

impl<'a> ChasedPom<'a> {
    /// No active allocation at the prison where the prisoner is.
    pub const NOBODY: Self = Self {
        name: "This offender does not have an allocated POM",
        email: "n/a",
    };

    /// The primary POM of an active allocation at the prison where the prisoner is, as far as staff records know them.
    #[must_use]
    pub fn known_as(name: Option<&'a str>, email: Option<&'a str>) -> Self {
        Self {
            name: name.unwrap_or("unknown"),
            email: email.unwrap_or("unknown"),
        }
    }
}
