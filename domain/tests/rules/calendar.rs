//! Months keep the day, or end with the month; nothing falls off the calendar.

use chrono::{Datelike, NaiveDate};
use domain::calendar::{days_after, days_before, months_after, months_before};
use proptest::prelude::*;

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

proptest! {
    #[test]
    fn a_month_later_is_in_that_month_and_no_later_a_day(
        year in 1900..2200i32, month in 1..=12u32, last in 0..=3i64, months in 0..600u32
    ) {
        let next = months_after(NaiveDate::from_ymd_opt(year, month, 1).unwrap(), 1);
        let date = next - chrono::Duration::days(last + 1);
        let later = months_after(date, months);
        let count = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
        prop_assert_eq!(count(later) - count(date), i64::from(months));
        prop_assert!(later.day() <= date.day());
        prop_assert!(later.day() == date.day() || later.succ_opt().unwrap().day() == 1);

        let earlier = months_before(date, months);
        prop_assert_eq!(count(date) - count(earlier), i64::from(months));
        prop_assert!(earlier.day() == date.day() || earlier.succ_opt().unwrap().day() == 1);
    }
}
