//! Tolerant reading of other services' JSON: a member that is not as agreed is taken for absent, and only what is needed
//! has to be there.

use serde_json::Value;

/// A text, or a number written as one; none when it is something else or blank.
pub(crate) fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The items of a list; one that stands alone counts as a list of itself.
pub(crate) fn items(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(items)) => items,
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    }
}
