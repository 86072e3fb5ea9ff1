//! Months keep the day, or end with the month; nothing falls off the calendar.

use chrono::{Datelike, NaiveDate};
use domain::calendar::{days_after, days_before, months_after, months_before};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn months_end_with_the_month() {
    assert_eq!(months_before(day("2023-10-31"), 8), day("2023-02-28"));
    assert_eq!(months_before(day("2024-10-31"), 8), day("2024-02-29"));
    assert_eq!(months_after(day("2023-04-30"), 10), day("2024-02-29"));
    assert_eq!(months_after(day("2024-02-29"), 12), day("2025-02-28"));
    assert_eq!(months_after(day("2024-01-15"), 1), day("2024-02-15"));
    assert_eq!(days_after(day("2024-02-28"), 1), day("2024-02-29"));
    assert_eq!(days_before(day("2024-03-01"), 1), day("2024-02-29"));
}

#[test]
fn the_calendar_has_ends() {
    assert_eq!(months_after(NaiveDate::MAX, 1), NaiveDate::MAX);
    assert_eq!(months_before(NaiveDate::MIN, 1), NaiveDate::MIN);
    assert_eq!(days_after(NaiveDate::MAX, 1), NaiveDate::MAX);
    assert_eq!(days_before(NaiveDate::MIN, 1), NaiveDate::MIN);
}

/// From every end of a month, by up to twenty years.
#[test]
fn a_month_later_is_in_that_month_and_no_later_a_day() {
    let months_of = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
    let kept_or_ends = |from: NaiveDate, to: NaiveDate| {
        to.day() == from.day() || (to.day() < from.day() && to.succ_opt().unwrap().day() == 1)
    };
    let firsts = (1999..2105).flat_map(|year| (1..=12).map(move |month| (year, month)));
    for (year, month) in firsts {
        let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
        for date in (1..=4).map(|days| first - chrono::Duration::days(days)) {
            for months in 0..240 {
                let (later, earlier) = (months_after(date, months), months_before(date, months));
                assert_eq!(months_of(later) - months_of(date), i64::from(months));
                assert_eq!(months_of(date) - months_of(earlier), i64::from(months));
                assert!(kept_or_ends(date, later), "{months} months after {date}: {later}");
                assert!(
                    kept_or_ends(date, earlier),
                    "{months} months before {date}: {earlier}"
                );
            }
        }
    }
}
