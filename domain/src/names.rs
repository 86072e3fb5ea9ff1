//! People's names as screens show them.

/// `JANE`, `O'DOE` as `Jane O'doe`: NOMIS writes capitals, screens do not. Allocation rules 2.2.
#[must_use]
pub fn shown_name(forename: &str, surname: &str) -> String {
    let words = [forename, surname].into_iter().flat_map(str::split_whitespace);
    let shown = words.map(|word| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first
            .chain(letters.flat_map(char::to_lowercase))
            .collect::<String>()
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::shown_name;

    #[test]
    fn each_word_begins_with_its_only_capital() {
        assert_eq!(shown_name("JANE", "DOE"), "Jane Doe");
        assert_eq!(shown_name("mary ANN", " O'DOE "), "Mary Ann O'doe");
        assert_eq!(shown_name("ÉLODIE", "ßNOW"), "Élodie SSnow");
        assert_eq!(shown_name("", "DOE"), "Doe");
    }
}
