//! Arithmetic with calendar dates, as the policy means it. Handover rules 1.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::London;

use crate::{london::london_time, reference::bank_holidays_before};

/// So many months later: the same day of the month, or the month's last day if it has no such day. The calendar's end
/// stands for dates beyond it.
#[must_use]
pub fn months_after(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_add_months(Months::new(months))
        .unwrap_or(NaiveDate::MAX)
}

/// So many months earlier: the same day of the month, or the month's last day if it has no such day. The calendar's
/// beginning stands for dates before it.
#[must_use]
pub fn months_before(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_sub_months(Months::new(months))
        .unwrap_or(NaiveDate::MIN)
}

/// So many days later, or the calendar's end.
#[must_use]
pub fn days_after(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// So many days earlier, or the calendar's beginning.
#[must_use]
pub fn days_before(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

/// How many days were worked from a day on, until the day before another. Allocation rules 5.2. Takes as long whichever the days
/// are.
#[must_use]
pub fn working_days(from: NaiveDate, until: NaiveDate) -> usize {
    let worked = worked_before(until).saturating_sub(worked_before(from));
    usize::try_from(worked).unwrap_or_default()
}

/// How many days were worked before a date, reckoned from a fixed day. Only the difference of two dates means something.
fn worked_before(date: NaiveDate) -> i64 {
    // The calendar counts from a Monday.
    let days = i64::from(date.num_days_from_ce()).saturating_sub(1);
    let weeks = days.div_euclid(7);
    let weekdays = weeks.saturating_mul(5).saturating_add(days.rem_euclid(7).min(5));
    weekdays.saturating_sub(bank_holidays_before(date))
}

/// The moment at which the clocks in London showed the same time so many days earlier. Of two such moments the first; if
/// the clocks skipped that time, an hour later by them.
#[must_use]
pub fn same_time_days_before(now: DateTime<Utc>, days: u64) -> DateTime<Utc> {
    london_time(now)
        .checked_sub_days(Days::new(days))
        .and_then(|earlier| {
            London.from_local_datetime(&earlier).earliest().or_else(|| {
                let after_gap = earlier.checked_add_signed(TimeDelta::hours(1))?;
                London.from_local_datetime(&after_gap).earliest()
            })
        })
        .map_or(DateTime::<Utc>::MIN_UTC, |earlier| earlier.to_utc())
}
