//! The prisoner whom an unreadable message mentions: by the number an operator finds the message, and an erasure does.

use commands::NomsNumber;

/// The only NOMS number in a text; none when there are several.
pub(crate) fn mentioned(text: &str) -> Option<NomsNumber> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut numbers = words.filter_map(|word| word.parse().ok());
    let first = numbers.next()?;
    numbers.all(|other: NomsNumber| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_number_in_a_text_is_found_and_none_of_several() {
        let found = |text| mentioned(text).map(|number| number.to_string());
        let cut_off =
            r#"{\"nomsNumber\":\"A1234BC\",\"detailUrl\":\"https://a.example/prisoner/A1234BC\",\"pri"#;
        assert_eq!(found(cut_off).as_deref(), Some("A1234BC"));
        assert_eq!(found("A1234BC and B2345CD"), None);
        assert_eq!(found("XA1234BC, a1234bc"), None);
    }
}
