//! Tolerant reading of other services' JSON: only what is asked for is read. The rest has to be JSON and nothing more: its
//! numbers may be too large, its texts no Unicode, and its lists nested as deeply as a message is long.

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// A JSON value of which nothing is read yet.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
pub(crate) struct Json<'a>(#[serde(borrow)] &'a RawValue);

impl<'a> Json<'a> {
    /// The value that a text is; none when it is not JSON.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Whether it has members.
    pub(crate) fn is_object(self) -> bool {
        self.raw().starts_with('{')
    }

    /// The member at the end of a path of names. Of members with one name the last counts.
    pub(crate) fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |json, name| json.member(name))
    }

    /// The items of a list; an object that stands alone counts as a list of itself.
    pub(crate) fn items(self) -> Vec<Self> {
        if self.is_object() {
            vec![self]
        } else {
            serde_json::from_str(self.raw()).unwrap_or_default()
        }
    }

    /// A text as it is written, or a number as one; none when it is something else or blank.
    pub(crate) fn text(self) -> Option<String> {
        let text = self.string().or_else(|| self.number())?;
        (!text.trim().is_empty()).then(|| text.trim().to_owned())
    }

    /// A text as it is written. What is no Unicode in it is replaced.
    pub(crate) fn string(self) -> Option<String> {
        let Text(text) = serde_json::from_str(self.raw()).ok()?;
        Some(text)
    }

    /// The value as JSON.
    pub(crate) fn raw(self) -> &'a str {
        self.0.get()
    }

    fn number(self) -> Option<String> {
        let first = self.raw().bytes().next()?;
        (first == b'-' || first.is_ascii_digit()).then(|| self.raw().to_owned())
    }

    fn member(self, name: &str) -> Option<Self> {
        let Members(members) = serde_json::from_str(self.raw()).ok()?;
        let mut latest_first = members.into_iter().rev();
        let (_, value) = latest_first.find(|(Text(member), _)| member == name)?;
        Some(value)
    }
}

/// The members of an object, as they are written.
struct Members<'a>(Vec<(Text, Json<'a>)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

/// A JSON text, of which one half of a surrogate pair may be missing.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(TextVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Text(String::from_utf8_lossy(bytes).into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values that JSON allows and that have no number, text or tree of ours.
    fn oddities() -> [String; 6] {
        [
            "1e999".to_owned(),
            "9".repeat(4000),
            r#""\ud800""#.to_owned(),
            r#"{"\udc00":1}"#.to_owned(),
            format!("{}{}", "[".repeat(200), "]".repeat(200)),
            format!("{}1{}", r#"{"a":"#.repeat(50_000), "}".repeat(50_000)),
        ]
    }

    #[test]
    fn what_is_not_asked_for_only_has_to_be_json() {
        for odd in oddities() {
            let text = format!(r#"{{"\ud800":0,"before":{odd},"a":{{"x":{odd},"b":" c "}},"after":{odd}}}"#);
            let json = Json::parse(&text).unwrap();
            let read = json.at(&["a", "b"]).and_then(Json::text);
            assert_eq!(read.as_deref(), Some("c"), "{odd:.40}");
        }
    }

    #[test]
    fn what_is_asked_for_and_cannot_be_read_is_absent_by_itself() {
        for odd in oddities().iter().skip(3) {
            let text = format!(r#"{{"a":{odd},"b":7}}"#);
            let json = Json::parse(&text).unwrap();
            assert_eq!(json.at(&["a"]).and_then(Json::text), None, "{odd:.40}");
            assert_eq!(json.at(&["b"]).and_then(Json::text).as_deref(), Some("7"));
        }
        let half = Json::parse(r#""a\ud800b""#).unwrap().text().unwrap();
        assert!(half.starts_with('a') && half.ends_with('b'), "{half}");
    }

    #[test]
    fn of_members_with_one_name_the_last_counts_however_it_is_escaped() {
        let json = Json::parse(r#"{"a":1,"\u0061":2}"#).unwrap();
        assert_eq!(json.at(&["a"]).and_then(Json::text).as_deref(), Some("2"));
    }

    #[test]
    fn what_breaks_the_grammar_is_not_json() {
        for broken in [
            "",
            "{",
            "{}}",
            r#"{"a":01}"#,
            r#"{"a":tru}"#,
            "{'a':1}",
            r#"["\x"]"#,
        ] {
            assert!(Json::parse(broken).is_none(), "{broken}");
        }
    }
}
