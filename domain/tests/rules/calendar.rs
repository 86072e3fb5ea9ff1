//! Months keep the day, or end with the month; nothing falls off the calendar; nobody works on bank holidays.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use domain::{
    calendar::{days_after, days_before, months_after, months_before, working_days},
    reference::is_bank_holiday,
};
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

#[test]
fn bank_holidays_are_those_that_were_announced() {
    for (year, announced) in [
        (2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"),
        (2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
        (
            2022,
            "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
        ),
        (2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"),
        (2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"),
        (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
    ] {
        let days = NaiveDate::from_ymd_opt(year, 1, 1).unwrap().iter_days();
        let weekdays = days
            .take(365)
            .filter(|day| day.weekday().num_days_from_monday() < 5);
        let holidays: Vec<_> = weekdays
            .filter(|day| is_bank_holiday(*day))
            .map(|day| day.format("%m-%d").to_string())
            .collect();
        assert_eq!(holidays.join(" "), announced, "{year}");
    }
}

#[test]
fn working_days_count_the_first_day_and_not_the_last() {
    // Thursday before Easter to the Wednesday after.
    assert_eq!(working_days(day("2026-04-02"), day("2026-04-08")), 2);
    assert_eq!(working_days(day("2026-04-02"), day("2026-04-02")), 0);
    assert_eq!(working_days(day("2026-04-08"), day("2026-04-02")), 0);
    assert_eq!(working_days(day("2026-09-05"), day("2026-09-12")), 5);
}

/// The rule itself, looking at every day.
fn counted_day_by_day(from: NaiveDate, until: NaiveDate) -> usize {
    from.iter_days()
        .take_while(|day| *day < until)
        .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_bank_holiday(*day))
        .count()
}

proptest! {
    #[test]
    fn working_days_are_those_counted_day_by_day(start in 0_u64..90_000, length in 0_u64..30_000) {
        // From 1880 to beyond 2100, with all of the table in between.
        let from = day("1880-01-01") + Days::new(start);
        let until = from + Days::new(length);
        prop_assert_eq!(working_days(from, until), counted_day_by_day(from, until));
    }
}

#[test]
fn working_days_between_the_ends_of_the_calendar_are_known_at_once() {
    assert!(working_days(NaiveDate::MIN, NaiveDate::MAX) > 130_000_000);
    assert_eq!(working_days(NaiveDate::MAX, NaiveDate::MIN), 0);
}
