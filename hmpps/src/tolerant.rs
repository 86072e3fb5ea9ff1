//! Tolerant reading of upstream answers: a member that is not as agreed is taken for absent, what is harmless to read is
//! read (a number as text, `"true"`, a date with a time), and only what is needed has to be there.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::london_date;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A JSON object of another service.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Document(Map<String, Value>);

impl Document {
    /// A text that is not blank.
    pub(crate) fn text(&self, member: &str) -> Option<String> {
        text(self.0.get(member)?)
    }

    /// A whole number.
    pub(crate) fn number(&self, member: &str) -> Option<i64> {
        match self.0.get(member)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Yes or no.
    pub(crate) fn flag(&self, member: &str) -> Option<bool> {
        match self.0.get(member)? {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "y" | "yes" => Some(true),
                "false" | "n" | "no" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the member is there at all, whatever it says.
    pub(crate) fn says(&self, member: &str) -> bool {
        self.0.get(member).is_some_and(|value| !value.is_null())
    }

    /// A calendar date in London.
    pub(crate) fn date(&self, member: &str) -> Option<NaiveDate> {
        date(self.0.get(member)?)
    }

    /// An object in it.
    pub(crate) fn object(&self, member: &str) -> Option<Self> {
        object(self.0.get(member)?)
    }

    /// The objects of a list; what else is in it is left out.
    pub(crate) fn objects(&self, member: &str) -> Vec<Self> {
        match self.0.get(member) {
            Some(Value::Array(items)) => items.iter().filter_map(object).collect(),
            _ => Vec::new(),
        }
    }

    /// Every member that can be read as a date, written as one.
    pub(crate) fn dates(&self) -> Value {
        let dates = self.0.iter().filter_map(|(member, value)| {
            let date = date(value)?;
            Some((member.clone(), Value::String(date.to_string())))
        });
        Value::Object(dates.collect())
    }
}

fn object(value: &Value) -> Option<Document> {
    match value {
        Value::Object(members) => Some(Document(members.clone())),
        _ => None,
    }
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A date alone, one with a time of London or of an offset, or one as a list of year, month and day.
fn date(value: &Value) -> Option<NaiveDate> {
    match value {
        Value::String(text) => date_of_text(text.trim()),
        Value::Array(parts) => {
            let part = |n: usize| parts.get(n)?.as_u64()?.try_into().ok();
            NaiveDate::from_ymd_opt(i32::try_from(part(0)?).ok()?, part(1)?, part(2)?)
        }
        _ => None,
    }
}

fn date_of_text(text: &str) -> Option<NaiveDate> {
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(london_date(at.with_timezone(&Utc)));
    }
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .map(|time| time.date())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn member(value: impl Into<Value>) -> Document {
        serde_json::from_value(json!({ "member": value.into() })).unwrap()
    }

    #[test]
    fn dates_are_read_however_they_are_written() {
        let expected = "2026-06-01".parse().ok();
        for written in [
            json!("2026-06-01"),
            json!(" 2026-06-01 "),
            json!("2026-06-01T23:30:00"),
            json!("2026-06-01T23:30"),
            json!("2026-06-01 23:30:00.5"),
            json!("2026-05-31T23:30:00Z"),
            json!("2026-06-01T00:30:00+01:00"),
            json!([2026, 6, 1]),
            json!([2026, 6, 1, 23, 30]),
        ] {
            assert_eq!(member(written.clone()).date("member"), expected, "{written}");
        }
        for none in [
            json!(null),
            json!("soon"),
            json!(7),
            json!([]),
            json!([2026, 13, 1]),
            json!({}),
        ] {
            assert_eq!(member(none.clone()).date("member"), None, "{none}");
        }
    }

    #[test]
    fn what_is_harmless_is_read_and_what_is_odd_is_absent() {
        assert_eq!(member(json!(17)).text("member").as_deref(), Some("17"));
        assert_eq!(member(json!("17")).number("member"), Some(17));
        assert_eq!(member(json!("True")).flag("member"), Some(true));
        for odd in [
            json!(null),
            json!([]),
            json!({}),
            json!(""),
            json!(" "),
            json!(true),
        ] {
            assert_eq!(member(odd.clone()).text("member"), None, "{odd}");
            assert_eq!(member(odd.clone()).number("member"), None, "{odd}");
        }
        assert_eq!(
            member(json!([null, 7, { "id": "LEI" }])).objects("member").len(),
            1
        );
        assert!(member(json!({})).object("member").is_some());
    }
}
