//! Numbers of things in sentences.

/// A number with the words that go with one, or with any other number.
pub(super) fn counted(number: u64, one: &str, several: &str) -> String {
    let words = if number == 1 { one } else { several };
    format!("{number} {words}")
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_singular_and_none_is_not() {
        let parked = |number| counted(number, "message is parked", "messages are parked");
        assert_eq!(parked(1), "1 message is parked");
        assert_eq!(parked(0), "0 messages are parked");
    }
}
