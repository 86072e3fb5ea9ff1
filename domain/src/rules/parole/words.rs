//! How the result of a hearing reads on screen. Handover rules 9.2.

use std::borrow::Cow;

use super::review::HearingOutcome;

/// The register's mark behind a result that it holds final.
const MARK: &str = " [*]";

/// The result of the review at hand.
#[must_use]
pub fn current_outcome(outcome: Option<HearingOutcome<'_>>) -> Cow<'static, str> {
    words_or(outcome, "No hearing outcome yet")
}

/// The result of a review that is over; none means refused.
#[must_use]
pub fn historic_outcome(outcome: Option<HearingOutcome<'_>>) -> Cow<'static, str> {
    words_or(outcome, "Refused")
}

fn words_or(outcome: Option<HearingOutcome<'_>>, otherwise: &'static str) -> Cow<'static, str> {
    match outcome {
        Some(outcome) if !outcome.is_none() => Cow::Owned(words(outcome.0)),
        _ => Cow::Borrowed(otherwise),
    }
}

/// Without the mark, with a dash for a hyphen, in lower case but for names and abbreviations, and a capital in front.
fn words(text: &str) -> String {
    let text = text.strip_suffix(MARK).unwrap_or(text).replace('-', "–");
    let words: Vec<_> = text.split_whitespace().map(uncapitalised).collect();
    let sentence = words.join(" ");
    let mut letters = sentence.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn uncapitalised(word: &str) -> Cow<'_, str> {
    if is_abbreviation(word) || word.contains("Parole") || word.contains("Board") {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(word.to_lowercase())
    }
}

/// Two capitals in a row.
fn is_abbreviation(word: &str) -> bool {
    word.as_bytes()
        .windows(2)
        .any(|pair| pair.iter().all(u8::is_ascii_uppercase))
}
