//! Bank holidays of England and Wales: those of every year by their rule, Easter by its table, and what was moved or added
//! for once. Allocation rules 5.2.

use chrono::{Datelike, NaiveDate, Weekday};

use super::day;
use crate::calendar::{days_after, days_before};

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
        (3 | 4, Weekday::Fri) => days_after(date, 2),
        (3 | 4, Weekday::Mon) => days_before(date, 1),
        _ => return false,
    };
    EASTER.contains(&sunday)
}
