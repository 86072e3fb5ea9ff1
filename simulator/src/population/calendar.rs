//! Steps through the calendar that stop at its ends instead of failing.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use crate::dice::Dice;

pub(crate) fn later(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(days.into()))
        .unwrap_or(NaiveDate::MAX)
}

pub(crate) fn earlier(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_sub_days(Days::new(days.into()))
        .unwrap_or(NaiveDate::MIN)
}

/// Days from one date to a later one; 0 when it is not later.
pub(crate) fn days_between(from: NaiveDate, to: NaiveDate) -> u32 {
    u32::try_from(to.signed_duration_since(from).num_days()).unwrap_or_default()
}

/// A moment of that day, so many minutes after midnight UTC.
pub(crate) fn moment(date: NaiveDate, minutes: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_num_seconds_from_midnight_opt(minutes.saturating_mul(60), 0);
    date.and_time(time.unwrap_or_default()).and_utc()
}

/// A moment of that day's working hours, 09:00 to 16:59 UTC.
pub(crate) fn working_moment(date: NaiveDate, dice: &mut Dice) -> DateTime<Utc> {
    moment(date, dice.between(9 * 60, 17 * 60 - 1))
}
