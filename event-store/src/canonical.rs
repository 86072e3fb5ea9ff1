//! Canonical JSON (RFC 8785): one text for one value, so that a hash can be taken over it and taken again.
//!
//! The log accepts whole numbers only, and none that a double cannot hold: then a number has one spelling everywhere.

use serde_json::{Map, Number, Value};

/// Deeper than any event, shallower than any parser's limit.
const MAX_DEPTH: u8 = 64;
/// 2^53 - 1: every whole number up to here is the same in a double, in Postgres and in JavaScript.
const MAX_WHOLE: u64 = 9_007_199_254_740_991;

/// Why a value has no canonical text in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotCanonical {
    /// A fraction, or a whole number beyond 2^53 - 1.
    #[error("it holds a number with a fraction or beyond 2^53 - 1: write it as text or in a smaller unit")]
    Number,
    /// Text that Postgres cannot hold.
    #[error("it holds text with the character U+0000: remove that character")]
    NulCharacter,
    /// Nesting without end.
    #[error("it is nested deeper than {MAX_DEPTH} levels: flatten it")]
    Depth,
    /// It cannot be written as JSON at all.
    #[error("it cannot be written as JSON: use text for the names of members")]
    Json,
}

/// The canonical text of a value.
///
/// # Errors
/// When the value holds what the log does not accept.
pub(crate) fn canonical(value: &Value) -> Result<String, NotCanonical> {
    let mut text = String::with_capacity(256);
    write(value, &mut text, MAX_DEPTH)?;
    Ok(text)
}

fn write(value: &Value, out: &mut String, depth: u8) -> Result<(), NotCanonical> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(number, out)?,
        Value::String(text) => write_text(text, out)?,
        Value::Array(items) => {
            let depth = depth.checked_sub(1).ok_or(NotCanonical::Depth)?;
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out, depth)?;
            }
            out.push(']');
        }
        Value::Object(members) => {
            let depth = depth.checked_sub(1).ok_or(NotCanonical::Depth)?;
            write_members(members, out, depth)?;
        }
    }
    Ok(())
}

fn write_members(members: &Map<String, Value>, out: &mut String, depth: u8) -> Result<(), NotCanonical> {
    let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
    // The standard sorts by UTF-16 units, which for ASCII is the order of bytes.
    if sorted.iter().all(|(name, _)| name.is_ascii()) {
        sorted.sort_unstable_by_key(|(name, _)| *name);
    } else {
        sorted.sort_unstable_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
    }
    out.push('{');
    for (index, (name, value)) in sorted.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_text(name, out)?;
        out.push(':');
        write(value, out, depth)?;
    }
    out.push('}');
    Ok(())
}

fn write_number(number: &Number, out: &mut String) -> Result<(), NotCanonical> {
    let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
    if size.is_none_or(|size| size > MAX_WHOLE) {
        return Err(NotCanonical::Number);
    }
    out.push_str(&number.to_string());
    Ok(())
}

fn write_text(text: &str, out: &mut String) -> Result<(), NotCanonical> {
    let plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        out.push('"');
        out.push_str(text);
        out.push('"');
        return Ok(());
    }
    if text.contains('\0') {
        return Err(NotCanonical::NulCharacter);
    }
    // The escapes of serde_json are those of the standard.
    out.push_str(&serde_json::to_string(text).map_err(|_| NotCanonical::Json)?);
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    pub(crate) fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
            "[^\u{0}]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::vec(("[^\u{0}]{0,4}", inner), 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn agrees_with_an_independent_implementation(value in values()) {
            let theirs = serde_json_canonicalizer::to_string(&value).unwrap();
            prop_assert_eq!(canonical(&value).unwrap(), theirs);
        }

        #[test]
        fn does_not_depend_on_how_the_text_was_written(value in values()) {
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            let again: Value = serde_json::from_str(&pretty).unwrap();
            prop_assert_eq!(canonical(&again).unwrap(), canonical(&value).unwrap());
        }
    }

    #[test]
    fn the_order_of_members_does_not_matter() {
        let one: Value = serde_json::from_str(r#"{"b":1,"a":{"y":2,"x":[3]}}"#).unwrap();
        let other: Value = serde_json::from_str(r#"{ "a": {"x": [3], "y": 2}, "b": 1 }"#).unwrap();
        assert_eq!(canonical(&one).unwrap(), r#"{"a":{"x":[3],"y":2},"b":1}"#);
        assert_eq!(canonical(&one), canonical(&other));
    }

    #[test]
    fn members_are_sorted_by_utf16_units() {
        let value = json!({"\u{e000}": 1, "\u{1f600}": 2});
        assert_eq!(canonical(&value).unwrap(), "{\"\u{1f600}\":2,\"\u{e000}\":1}");
    }

    #[test]
    fn refuses_what_would_not_read_back_the_same() {
        assert_eq!(canonical(&json!({"a": [1.5]})), Err(NotCanonical::Number));
        assert_eq!(canonical(&json!(1.0)), Err(NotCanonical::Number));
        assert_eq!(canonical(&json!(MAX_WHOLE + 1)), Err(NotCanonical::Number));
        assert_eq!(canonical(&json!(i64::MIN)), Err(NotCanonical::Number));
        assert_eq!(canonical(&json!("a\0b")), Err(NotCanonical::NulCharacter));
        assert_eq!(canonical(&json!({"a\0": 1})), Err(NotCanonical::NulCharacter));
        assert_eq!(canonical(&json!("\\u0000")).unwrap(), r#""\\u0000""#);
        let deep = (0..=MAX_DEPTH).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(canonical(&deep), Err(NotCanonical::Depth));
    }
}
