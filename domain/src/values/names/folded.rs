//! Names as they are compared: for searches and for the order of lists, whatever the capitals, accents, apostrophes and hyphens.
//!
//! A folded name is words of plain letters: what has no sound of its own is left out, and what only some keyboards have
//! becomes the letters that people type instead. Two spellings with the same words are found by the same searches and stand at
//! the same place of a list.

use std::{collections::BTreeSet, sync::LazyLock};

use icu_casemap::CaseMapper;
use icu_collator::{
    CollatorBorrowed, CollatorPreferences,
    options::{CollatorOptions, Strength},
};
use icu_normalizer::{DecomposingNormalizerBorrowed, properties::CanonicalCombiningClassMapBorrowed};
use icu_properties::{CodePointMapData, props::GeneralCategory};

/// The number of this folding. What it makes is stored, so the number grows whenever it, or what the Unicode library knows,
/// changes: rows of another number are folded anew. A test notices.
pub const FOLDING: i16 = 1;

/// Lower than every letter and every blank, so that `Smith, Zoe` stands before `Smith Jones, Ann`. Made for this by Unicode.
const BETWEEN_FIELDS: char = '\u{fffe}';

/// More words than a name has.
const MOST_WORDS: usize = 16;

/// The order of letters that fits all languages as well as one can. It is compiled in, so it is always there.
static ALPHABET: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| {
    let mut options = CollatorOptions::default();
    options.strength = Some(Strength::Primary);
    CollatorBorrowed::try_new(CollatorPreferences::default(), options).ok()
});

/// Where somebody stands in a list, compared byte by byte: by one part of the name, in most lists the surname, and then by the
/// other. Nothing for somebody without a name.
#[must_use]
pub fn order_key(first: &str, then: &str) -> Vec<u8> {
    let (first, then) = (words(first).join(" "), words(then).join(" "));
    let mut key = Vec::new();
    if first.is_empty() && then.is_empty() {
        return key;
    }
    let name = format!("{first}{BETWEEN_FIELDS}{then}");
    match &*ALPHABET {
        Some(alphabet) => {
            let Ok(()) = alphabet.write_sort_key_to(&name, &mut key);
        }
        None => key.extend(name.bytes()),
    }
    key
}

/// What searches look into: a number, and the words of a name, each after a blank. A field of several words stands there in one
/// piece as well, for those who leave the blank out.
#[must_use]
pub fn search_text(number: &str, forename: &str, surname: &str) -> String {
    let mut text = words(number).concat();
    for field in [forename, surname] {
        let words = words(field);
        let joined = (words.len() > 1).then(|| words.concat());
        for word in words.iter().chain(&joined) {
            text.push(' ');
            text.push_str(word);
        }
    }
    text
}

/// What somebody typed to find a name or a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchedName(BTreeSet<String>);

impl SearchedName {
    /// The words of a text, in whatever order they stand; nothing when it is blank.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let is_blank = text.trim().is_empty();
        (!is_blank).then(|| Self(words(text).into_iter().take(MOST_WORDS).collect()))
    }

    /// Patterns for SQL's `like`, all of which fit a [`search_text`] that is searched for. A word may be any part of a name,
    /// but a single letter is an initial. No pattern means that there was not a letter in the text: then nobody is found.
    #[must_use]
    pub fn patterns(&self) -> Vec<String> {
        let pattern = |word: &String| {
            let is_initial = word.chars().nth(1).is_none();
            if is_initial {
                format!("% {word}%")
            } else {
                format!("%{word}%")
            }
        };
        self.0.iter().map(pattern).collect()
    }
}

/// The folded words of a text.
fn words(text: &str) -> Vec<String> {
    let categories = CodePointMapData::<GeneralCategory>::new();
    let spoken = text.chars().filter(|letter| !is_silent(*letter));
    let mut words = vec![String::new()];
    for letter in DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(spoken) {
        use GeneralCategory as Is;
        match categories.get(letter) {
            _ if is_mark(letter) => {}
            Is::ModifierLetter | Is::ModifierSymbol => {}
            _ if is_invisible(letter) => {}
            _ if letter.is_alphanumeric() => {
                if let Some(word) = words.last_mut() {
                    push_folded(letter, word);
                }
            }
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Apostrophes, and accents typed in their place, which would otherwise fall apart into a blank and a mark.
fn is_silent(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | '‛' | '＇' | '′' | '´' | '`')
}

/// Characters that are not there to be seen: soft hyphens, marks of direction, codes of terminals.
pub(super) fn is_invisible(letter: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(letter);
    category == GeneralCategory::Format || (category == GeneralCategory::Control && !letter.is_whitespace())
}

/// An accent, a dot below, a vowel sign of Arabic or Hebrew: whatever is set above, below or through a letter.
pub(super) fn is_mark(letter: char) -> bool {
    CanonicalCombiningClassMapBorrowed::new().get_u8(letter) != 0
}

/// Letters that Unicode does not take apart become those that are typed for them.
fn push_folded(letter: char, word: &mut String) {
    let plain = match CaseMapper::new().simple_fold(letter) {
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        'þ' => "th",
        'ɓ' => "b",
        'đ' | 'ð' | 'ɖ' | 'ɗ' => "d",
        'ɛ' | 'ə' | 'ǝ' => "e",
        'ƒ' => "f",
        'ħ' => "h",
        'ı' | 'ɨ' => "i",
        'ȷ' => "j",
        'ƙ' | 'ĸ' => "k",
        'ł' | 'ƚ' => "l",
        'ŋ' | 'ɲ' => "n",
        'ø' | 'ɔ' => "o",
        'ŧ' => "t",
        'ʉ' => "u",
        'ƴ' => "y",
        'ƶ' => "z",
        folded => return word.push(folded),
    };
    word.push_str(plain);
}
