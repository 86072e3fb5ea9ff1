//! Text from outside, made safe for a terminal.

/// The same text on one line. Characters that would control a terminal, break the line or turn its direction are escaped.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if steers(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Controls, line separators, marks of direction and other characters without a glyph.
fn steers(character: char) -> bool {
    let without_shape = matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    character.is_control() || without_shape
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        assert_eq!(
            visible("knows the family: ŴYN, O’Brien"),
            "knows the family: ŴYN, O’Brien"
        );
        assert_eq!(visible("\u{1b}[31mred"), "\\u{1b}[31mred");
        assert_eq!(
            visible("x\n2026-11-30T22:00:00Z  Released"),
            "x\\n2026-11-30T22:00:00Z  Released"
        );
        assert_eq!(visible("\u{202e}drawkcab\u{2028}"), "\\u{202e}drawkcab\\u{2028}");
    }
}
