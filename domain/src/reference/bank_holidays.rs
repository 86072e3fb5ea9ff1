//! Bank holidays of England and Wales: those of every year by their rule, Easter by its table, and what was moved or added
//! for once. Allocation rules 5.2.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::day;

/// Easter Sundays: Good Friday is two days before, Easter Monday the day after. In years that are not here these two count as
/// worked; who came that long ago does not wait for a POM.
const EASTER: [NaiveDate; 26] = [
    day(2015, 4, 5),
    day(2016, 3, 27),
    day(2017, 4, 16),
    day(2018, 4, 1),
    day(2019, 4, 21),
    day(2020, 4, 12),
    day(2021, 4, 4),
    day(2022, 4, 17),
    day(2023, 4, 9),
    day(2024, 3, 31),
    day(2025, 4, 20),
    day(2026, 4, 5),
    day(2027, 3, 28),
    day(2028, 4, 16),
    day(2029, 4, 1),
    day(2030, 4, 21),
    day(2031, 4, 13),
    day(2032, 3, 28),
    day(2033, 4, 17),
    day(2034, 4, 9),
    day(2035, 3, 25),
    day(2036, 4, 13),
    day(2037, 4, 5),
    day(2038, 4, 25),
    day(2039, 4, 10),
    day(2040, 4, 1),
];

/// Mondays that were none, because the holiday was on another day of that year.
const MOVED_FROM: [NaiveDate; 2] = [day(2020, 5, 4), day(2022, 5, 30)];

/// Days of those years instead, and days that were added.
const FOR_ONCE: [NaiveDate; 5] = [
    day(2020, 5, 8),
    day(2022, 6, 2),
    day(2022, 6, 3),
    day(2022, 9, 19),
    day(2023, 5, 8),
];

/// Whether nobody works on that weekday.
#[must_use]
pub fn is_bank_holiday(date: NaiveDate) -> bool {
    let usual = is_of_every_year(date) && !MOVED_FROM.contains(&date);
    usual || is_at_easter(date) || FOR_ONCE.contains(&date)
}

/// How many bank holidays every year has by its rule, each on a weekday: New Year, two in May, one in August, two at Christmas.
const OF_EVERY_YEAR: i64 = 6;

/// When in a year they may be: months with their first and last such day.
const SEASONS: [(u32, u32, u32); 5] = [(1, 1, 3), (5, 1, 7), (5, 25, 31), (8, 25, 31), (12, 25, 28)];

/// How many bank holidays fall on the weekdays before a date, reckoned from the year 0. Only the difference of two dates means
/// something.
pub(crate) fn bank_holidays_before(date: NaiveDate) -> i64 {
    let year = date.year();
    let this_year = SEASONS
        .into_iter()
        .flat_map(|(month, first, last)| (first..=last).map(move |day| (month, day)))
        .filter_map(|(month, day)| NaiveDate::from_ymd_opt(year, month, day))
        .filter(|day| *day < date && is_of_every_year(*day) && !is_at_weekend(*day));
    let at_easter = EASTER
        .into_iter()
        .flat_map(|sunday| {
            [
                sunday.checked_sub_days(Days::new(2)),
                sunday.checked_add_days(Days::new(1)),
            ]
        })
        .flatten();
    let added = at_easter.chain(FOR_ONCE).filter(|day| *day < date);
    let moved = MOVED_FROM.into_iter().filter(|day| *day < date);
    i64::from(year)
        .saturating_mul(OF_EVERY_YEAR)
        .saturating_add(number(this_year))
        .saturating_add(number(added))
        .saturating_sub(number(moved))
}

fn number(days: impl Iterator<Item = NaiveDate>) -> i64 {
    i64::try_from(days.count()).unwrap_or(i64::MAX)
}

pub(crate) fn is_at_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The first Monday of May, the last of May and of August, New Year and Christmas; for a holiday at a weekend the next day
/// that is none.
fn is_of_every_year(date: NaiveDate) -> bool {
    let weekday = date.weekday();
    match (date.month(), date.day()) {
        (1, 1) | (12, 25 | 26) => true,
        (1, 2 | 3) | (5, 1..=7 | 25..=31) | (8, 25..=31) => weekday == Weekday::Mon,
        (12, 27 | 28) => matches!(weekday, Weekday::Mon | Weekday::Tue),
        _ => false,
    }
}

fn is_at_easter(date: NaiveDate) -> bool {
    let sunday = match (date.month(), date.weekday()) {
        (3 | 4, Weekday::Fri) => date.checked_add_days(Days::new(2)),
        (3 | 4, Weekday::Mon) => date.checked_sub_days(Days::new(1)),
        _ => return false,
    };
    sunday.is_some_and(|sunday| EASTER.contains(&sunday))
}
