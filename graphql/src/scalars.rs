//! Values with a text form of their own.

use async_graphql::{InputType, InputValueError, InputValueResult, Pos, Scalar, ScalarType, Value};
use chrono::{Datelike, NaiveDate, SecondsFormat, Utc};
use uuid::Uuid;

/// Whether a text is a value of the scalar of this name, or why it is not.
pub(crate) fn check(scalar: &str, text: &Value) -> Result<(), String> {
    fn read<T: InputType>(text: &Value) -> Result<(), String> {
        let read = <T as InputType>::parse(Some(text.clone())).map(drop);
        read.map_err(|error: InputValueError<T>| error.into_server_error(Pos::default()).message)
    }
    match scalar {
        "Date" => read::<Date>(text),
        "DateTime" => read::<DateTime>(text),
        "NomsNumber" => read::<NomsNumber>(text),
        "Position" => read::<Position>(text),
        "PrisonCode" => read::<PrisonCode>(text),
        "UUID" => read::<Uuid>(text).map_err(|_| "it is not a UUID".to_owned()),
        _ => Ok(()),
    }
}

/// Reads a text value.
fn text<T: InputType>(value: Value) -> Result<String, InputValueError<T>> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(InputValueError::expected_type(other)),
    }
}

/// The years of dates and moments that may be given: those of everybody alive, and of every sentence.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

/// Refuses a date or moment of a year that nothing can be asked about.
fn in_range<T: InputType>(day: &impl Datelike) -> Result<(), InputValueError<T>> {
    if YEARS.contains(&day.year()) {
        return Ok(());
    }
    let (first, last) = (YEARS.start(), YEARS.end());
    Err(InputValueError::custom(format!(
        "out of range: give a year from {first} to {last}"
    )))
}

/// A London calendar date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date(pub(crate) NaiveDate);

/// A London calendar date as ISO 8601 writes it: `2026-08-31`. As input its year is from 1900 to 2100.
#[Scalar(
    name = "Date",
    specified_by_url = "https://scalars.graphql.org/andimarek/local-date"
)]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let date: NaiveDate = text(value)?
            .parse()
            .map_err(|_| InputValueError::custom("not a date: give year-month-day"))?;
        in_range(&date)?;
        Ok(Self(date))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DateTime(pub(crate) chrono::DateTime<Utc>);

/// A moment as RFC 3339 writes it, always in UTC and to the microsecond: `2026-08-31T09:30:00.000000Z`. Other offsets
/// are accepted as input, and years from 1900 to 2100.
#[Scalar(
    name = "DateTime",
    specified_by_url = "https://scalars.graphql.org/andimarek/date-time"
)]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let at = chrono::DateTime::parse_from_rfc3339(&text(value)?).map_err(|_| {
            InputValueError::custom("not a moment: give one with its offset, such as 2026-08-31T09:30:00Z")
        })?;
        let at = at.to_utc();
        in_range(&at)?;
        Ok(Self(at))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

/// A prisoner's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NomsNumber(pub(crate) domain::NomsNumber);

/// A prisoner's number: one upper-case letter, four digits, two upper-case letters (`^[A-Z][0-9]{4}[A-Z]{2}$`).
#[Scalar(name = "NomsNumber")]
impl ScalarType for NomsNumber {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(
            text(value)?
                .parse::<domain::NomsNumber>()
                .map_err(InputValueError::custom)?,
        ))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A prison's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PrisonCode(pub(crate) domain::PrisonCode);

/// A prison's code: three upper-case letters, such as `LEI`.
#[Scalar(name = "PrisonCode")]
impl ScalarType for PrisonCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(
            text(value)?
                .parse::<domain::PrisonCode>()
                .map_err(InputValueError::custom)?,
        ))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position(pub(crate) commands::Position);

/// A place in the log of everything that happened: a 64-bit whole number, written as text. 0 stands before the first
/// event.
#[Scalar(name = "Position")]
impl ScalarType for Position {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text(value)?;
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(position) if digits => Ok(Self(position)),
            _ => Err(InputValueError::custom(
                "not a position: give a whole number from 0 as text",
            )),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}
