//! What an imprisonment status code says of why someone is held. Handover rules 2 and 3.1.

/// Why someone is held, as far as the rules tell apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Imprisonment {
    /// Under immigration powers.
    Immigration,
    /// For a civil matter.
    Civil,
    /// For anything else, or the source does not say.
    #[default]
    Other,
}

/// Held under immigration powers.
const IMMIGRATION: &str = "DET";

/// Held for a civil matter, in order.
const CIVIL: [&str; 9] = [
    "A/FINE",
    "A_CFINE",
    "A_FINE",
    "CIVIL",
    "CIVIL_CON",
    "CIVIL_DT",
    "CIV_RMD",
    "YOC_CONT",
    "YO_CFINE",
];

impl Imprisonment {
    /// What the code says. A code that is not listed, and none, say nothing.
    #[must_use]
    pub fn from_code(code: Option<&str>) -> Self {
        match code {
            Some(IMMIGRATION) => Self::Immigration,
            Some(code) if CIVIL.contains(&code) => Self::Civil,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_codes_are_civil_one_is_immigration_and_every_other_says_nothing() {
        assert!(CIVIL.is_sorted() && CIVIL.len() == 9);
        for code in CIVIL {
            assert_eq!(Imprisonment::from_code(Some(code)), Imprisonment::Civil);
        }
        assert_eq!(Imprisonment::from_code(Some("DET")), Imprisonment::Immigration);
        for code in [None, Some(""), Some("UNK_SENT"), Some("det"), Some("CIVIL ")] {
            assert_eq!(Imprisonment::from_code(code), Imprisonment::Other, "{code:?}");
        }
    }
}
