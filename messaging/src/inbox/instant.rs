//! Times as other services write them: with an offset or `Z`, or London time without one; 0 to 9 decimals; some name the
//! time zone beside the offset.

use chrono::{DateTime, NaiveDateTime, SubsecRound, TimeZone, Utc};
use chrono_tz::Europe::London;

use super::Malformed;

/// A time in UTC, to the microsecond.
///
/// # Errors
/// When the text is not a time.
pub(crate) fn instant(text: &str) -> Result<DateTime<Utc>, Malformed> {
    let text = text.split_once('[').map_or(text, |(instant, _zone)| instant);
    let at = match DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%#z") {
        Ok(at) => at.to_utc(),
        Err(_) => london(text)?,
    };
    Ok(at.trunc_subsecs(6))
}

/// In the hour that autumn repeats the first is taken; in the hour that spring leaves out, winter time goes on.
fn london(text: &str) -> Result<DateTime<Utc>, Malformed> {
    let local =
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map_err(|_| Malformed::NotATime)?;
    let at = London.from_local_datetime(&local).earliest();
    Ok(at.map_or_else(|| local.and_utc(), |at| at.to_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_time_is_understood() {
        for (text, utc) in [
            (
                "2024-06-14T09:07:15.624796498+01:00",
                "2024-06-14T08:07:15.624796Z",
            ),
            ("2026-01-15T09:00:00Z", "2026-01-15T09:00:00Z"),
            ("2024-06-14T09:07:15+0100", "2024-06-14T08:07:15Z"),
            (
                "2024-06-14T09:07:15.6+01:00[Europe/London]",
                "2024-06-14T08:07:15.600Z",
            ),
            ("2026-01-15T09:00:00.5Z", "2026-01-15T09:00:00.500Z"),
            ("2024-06-14T09:07:15", "2024-06-14T08:07:15Z"),
            ("2024-01-14T09:07:15.123456789", "2024-01-14T09:07:15.123456Z"),
            ("2024-10-27T01:30:00", "2024-10-27T00:30:00Z"),
            ("2024-03-31T01:30:00", "2024-03-31T01:30:00Z"),
        ] {
            let expected: DateTime<Utc> = utc.parse().unwrap();
            assert_eq!(instant(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_time() {
        for text in [
            "",
            "yesterday",
            "2024-06-14",
            "14/06/2024 09:07",
            "2024-13-14T09:07:15Z",
        ] {
            assert_eq!(instant(text), Err(Malformed::NotATime), "{text}");
        }
    }
}
