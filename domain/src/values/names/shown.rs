//! Names as people write them. Allocation rules 2.2 and 5.2.
//!
//! A word in capitals gets one at its beginning, after a hyphen and after the apostrophe of `O'`, `D'` and their like;
//! `Mc` gets a second one. `Mac` never does: Macdonald and Mackie cannot be told apart. A word that has both kinds of letters
//! was written by somebody who knew, so it stays.

use std::borrow::Cow;

use icu_casemap::{
    TitlecaseMapper,
    options::{LeadingAdjustment, TitlecaseOptions},
};
use icu_locale_core::{LanguageIdentifier, langid};
use icu_normalizer::ComposingNormalizerBorrowed;

use super::folded::{is_invisible, is_mark};

/// Small words of surnames, in small letters when another word follows.
const IN_SURNAMES: [&str; 26] = [
    "'t", "ab", "ap", "bin", "bint", "binti", "da", "das", "de", "del", "den", "der", "do", "dos", "du",
    "ferch", "ibn", "ten", "ter", "van", "verch", "von", "y", "zu", "zum", "zur",
];
/// The same in forenames, where `van` and `do` are Vietnamese names; never the first word.
const IN_FORENAMES: [&str; 4] = ["das", "de", "del", "dos"];
/// Small words after `de`.
const AFTER_DE: [&str; 4] = ["la", "las", "los", "l'"];
/// Not VI, which is a Vietnamese name.
const NUMERALS: [&str; 6] = ["II", "III", "IV", "VII", "VIII", "IX"];
/// What stands before an apostrophe that a capital follows, beside single letters. Elsewhere the apostrophe is a sound of
/// the name, as in Sa'id.
const BEFORE_A_NAME: [&str; 12] = [
    "da", "dall", "de", "dell", "di", "ja", "ke", "la", "le", "mac", "nell", "sant",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Forename,
    Surname,
    Either,
}

/// `JANE`, `O'DOE` as `Jane O'Doe`.
#[must_use]
pub fn shown_name(forename: &str, surname: &str) -> String {
    let mut parts = vec![shown_forename(forename), shown_surname(surname)];
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

/// A name of which it is not known where the surname begins.
#[must_use]
pub fn shown_full_name(name: &str) -> String {
    shown(name, Part::Either)
}

/// `ANNE-MARIE` as `Anne-Marie`.
#[must_use]
pub fn shown_forename(forename: &str) -> String {
    shown(forename, Part::Forename)
}

/// `VAN DER BERG` as `van der Berg`.
#[must_use]
pub fn shown_surname(surname: &str) -> String {
    shown(surname, Part::Surname)
}

fn shown(text: &str, part: Part) -> String {
    let visible: String = text.chars().filter(|letter| !is_invisible(*letter)).collect();
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&visible);
    let words: Vec<&str> = composed.split_whitespace().collect();
    let by_hand = words.iter().any(|word| is_mixed(word));
    let shown = words.iter().enumerate().map(|(place, word)| {
        let stays = is_mixed(word) || (by_hand && !word.contains(char::is_uppercase));
        if stays {
            Cow::Borrowed(*word)
        } else if is_small(&words, place, part) {
            Cow::Owned(word.to_lowercase())
        } else if place > 0 && NUMERALS.contains(&word.to_uppercase().as_str()) {
            Cow::Owned(word.to_uppercase())
        } else {
            Cow::Owned(capitalised(word))
        }
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// ß has no capital that people use.
fn is_mixed(word: &str) -> bool {
    word.contains(char::is_uppercase) && word.contains(|letter: char| letter.is_lowercase() && letter != 'ß')
}

fn is_small(words: &[&str], place: usize, part: Part) -> bool {
    let (before, from_here) = words.split_at_checked(place).unwrap_or_default();
    let [word, _, ..] = from_here else { return false };
    let word = word.to_lowercase().replace(is_apostrophe, "'");
    let listed: &[&str] = match part {
        Part::Surname => &IN_SURNAMES,
        _ if before.is_empty() => &[],
        Part::Either => &IN_SURNAMES,
        Part::Forename => &IN_FORENAMES,
    };
    let after_de = before.last().is_some_and(|before| before.to_lowercase() == "de");
    listed.contains(&word.as_str()) || (after_de && AFTER_DE.contains(&word.as_str()))
}

/// Each stretch of letters begins with a capital, whatever parts them.
fn capitalised(word: &str) -> String {
    // I is the capital of ı where İ is that of i.
    let language = if word.contains(['İ', 'ı']) {
        langid!("tr")
    } else {
        LanguageIdentifier::UNKNOWN
    };
    let parts_words = |letter: char| !(letter.is_alphabetic() || is_mark(letter) || is_apostrophe(letter));
    let stretches = word.split_inclusive(parts_words);
    stretches
        .map(|stretch| with_apostrophes(stretch, &language))
        .collect()
}

fn with_apostrophes(stretch: &str, language: &LanguageIdentifier) -> String {
    let mut shown = String::with_capacity(stretch.len());
    let mut before = String::new();
    for piece in stretch.split_inclusive(is_apostrophe) {
        let letters = piece.chars().filter(|letter| letter.is_alphabetic()).count();
        let begins = shown.is_empty() || before.is_empty() || (letters > 1 && precedes_a_name(&before));
        let cased = titlecase(piece, language);
        if begins {
            shown.push_str(&with_second_capital(cased, language));
        } else {
            shown.push_str(&cased.to_lowercase());
        }
        before = piece.trim_end_matches(is_apostrophe).to_lowercase();
    }
    shown
}

/// A vowel other than O is part of an Arabic name: A'isha.
fn precedes_a_name(before: &str) -> bool {
    let mut letters = before.chars();
    let alone = matches!((letters.next(), letters.next()), (Some(letter), None) if !"aeiu".contains(letter));
    alone || BEFORE_A_NAME.contains(&before)
}

/// `Mcdonald` as `McDonald`.
fn with_second_capital<'n>(name: Cow<'n, str>, language: &LanguageIdentifier) -> Cow<'n, str> {
    match name.strip_prefix("Mc") {
        Some(rest) if rest.chars().filter(|letter| letter.is_alphabetic()).count() > 1 => {
            Cow::Owned(format!("Mc{}", titlecase(rest, language)))
        }
        _ => name,
    }
}

fn titlecase<'t>(text: &'t str, language: &LanguageIdentifier) -> Cow<'t, str> {
    let mut options = TitlecaseOptions::default();
    options.leading_adjustment = Some(LeadingAdjustment::ToCased);
    TitlecaseMapper::new().titlecase_segment_to_string(text, language, options)
}

/// What people type for an apostrophe. Not ʿ, ʾ and ʻ, which are letters of the names that have them.
fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | '‛' | 'ʼ' | '＇' | '′' | '´' | '`')
}
