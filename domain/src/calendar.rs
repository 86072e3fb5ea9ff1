//! Arithmetic with calendar dates, as the policy means it. Handover rules 1.

use chrono::{Days, Months, NaiveDate};

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
