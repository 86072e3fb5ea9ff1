//! What the clocks and the calendar in London show at a moment.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Europe::London;

/// What the clocks in London show at a moment. Local time was behind universal time before there was a common one, so the
/// calendar's first moments stand for a time that it does not have; its last ones fall in winter, when the two agree.
#[must_use]
pub(crate) fn london_time(at: DateTime<Utc>) -> NaiveDateTime {
    let universal = at.naive_utc();
    let offset = London.offset_from_utc_datetime(&universal).fix();
    universal.checked_add_offset(offset).unwrap_or(NaiveDateTime::MIN)
}

/// The London calendar date of a moment.
#[must_use]
pub fn london_date(at: DateTime<Utc>) -> NaiveDate {
    london_time(at).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(at: &str) -> String {
        london_time(at.parse().unwrap()).to_string()
    }

    #[test]
    fn the_clocks_are_those_of_london_in_winter_in_summer_and_before_there_was_a_common_time() {
        assert_eq!(shown("2024-01-20T23:30:00Z"), "2024-01-20 23:30:00");
        assert_eq!(shown("2024-05-20T23:30:00Z"), "2024-05-21 00:30:00");
        assert_eq!(shown("1800-01-01T00:00:00Z"), "1799-12-31 23:58:45");
    }

    #[test]
    fn the_ends_of_the_calendar_are_in_it() {
        assert_eq!(london_time(DateTime::<Utc>::MIN_UTC), NaiveDateTime::MIN);
        assert_eq!(
            london_time(DateTime::<Utc>::MAX_UTC),
            DateTime::<Utc>::MAX_UTC.naive_utc()
        );
        assert_eq!(london_date(DateTime::<Utc>::MIN_UTC), NaiveDate::MIN);
        assert_eq!(london_date(DateTime::<Utc>::MAX_UTC), NaiveDate::MAX);
    }
}
