//! Dates as the parole register's files write them. Handover rules 9.5.

use chrono::NaiveDate;

use crate::{
    coded::coded,
    handover::{Departure, RulesVersion},
};

coded! {
    /// How a file writes its dates.
    FileDateFormat {
        /// The daily file.
        Daily = "dd-mm-yyyy",
        /// The file of the years before there was a daily one; `69` to `99` are the years before 2000.
        Historic = "m/d/yy",
    }
}

/// A date that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a date of the form {format}: correct it in the register")]
pub struct UnreadableDate {
    /// What the file says.
    pub text: String,
    /// What it should look like.
    pub format: FileDateFormat,
}

impl FileDateFormat {
    /// Reads a date; blank and `NULL` are none. The present service reads as far as the date goes and leaves the rest
    /// aside; by departure a date has all the digits of its format and nothing follows it.
    ///
    /// # Errors
    /// When there is no date to read, or the calendar does not have it.
    pub fn read(self, text: &str, rules: RulesVersion) -> Result<Option<NaiveDate>, UnreadableDate> {
        if text.trim().is_empty() || text == "NULL" {
            return Ok(None);
        }
        let date = if rules.has(Departure::FileDatesReadWhole) {
            self.whole(text)
        } else {
            self.leading(text)
        };
        match date {
            Some(_) => Ok(date),
            None => Err(UnreadableDate {
                text: text.to_owned(),
                format: self,
            }),
        }
    }

    /// Writes a date as the file would.
    #[must_use]
    pub fn write(self, date: NaiveDate) -> String {
        let format = match self {
            Self::Daily => "%d-%m-%Y",
            Self::Historic => "%-m/%-d/%y",
        };
        date.format(format).to_string()
    }

    /// The date that the text is.
    fn whole(self, text: &str) -> Option<NaiveDate> {
        let date = self.leading(text)?;
        let digits = match self {
            Self::Daily => [2..=2, 2..=2, 4..=4],
            Self::Historic => [1..=2, 1..=2, 2..=2],
        };
        let mut parts = text.split(self.separator());
        let as_asked = digits.into_iter().all(|digits| {
            parts.next().is_some_and(|part| {
                digits.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
            })
        });
        (as_asked && parts.next().is_none()).then_some(date)
    }

    /// The date with which the text begins.
    fn leading(self, text: &str) -> Option<NaiveDate> {
        let separator = self.separator();
        match self {
            Self::Daily => {
                let (day, rest) = day(text)?;
                let (month, rest) = number(rest.strip_prefix(separator)?, 2)?;
                let (year, _) = year(rest.strip_prefix(separator)?)?;
                NaiveDate::from_ymd_opt(year, month, day)
            }
            Self::Historic => {
                let (month, rest) = number(text, 2)?;
                let (day, rest) = day(rest.strip_prefix(separator)?)?;
                let (year, _) = number(rest.strip_prefix(separator)?, 2)?;
                NaiveDate::from_ymd_opt(with_century(year)?, month, day)
            }
        }
    }

    const fn separator(self) -> char {
        match self {
            Self::Daily => '-',
            Self::Historic => '/',
        }
    }
}

/// The number of at most so many digits with which the text begins, and the rest.
fn number(text: &str, most_digits: usize) -> Option<(u32, &str)> {
    let digits = text
        .bytes()
        .take(most_digits)
        .take_while(u8::is_ascii_digit)
        .count();
    let (number, rest) = text.split_at_checked(digits)?;
    Some((number.parse().ok()?, rest))
}

/// A day of one digit may have a space in front.
fn day(text: &str) -> Option<(u32, &str)> {
    match text.strip_prefix(' ') {
        Some(text) => number(text, 1),
        None => number(text, 2),
    }
}

/// A year of any number of digits, which may have a sign.
fn year(text: &str) -> Option<(i32, &str)> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (year, rest) = number(digits, digits.len())?;
    Some((i32::try_from(year).ok()?.checked_mul(sign)?, rest))
}

/// The year that two digits stand for.
fn with_century(year: u32) -> Option<i32> {
    let century = if year < 69 { 2000 } else { 1900 };
    i32::try_from(year).ok()?.checked_add(century)
}
