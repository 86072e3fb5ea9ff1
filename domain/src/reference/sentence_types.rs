//! Which sentence types are indeterminate. Handover rules 4.6.

/// Life and other indeterminate sentences, in order.
const INDETERMINATE: [&str; 29] = [
    "20",
    "ALP",
    "ALP_CODE18",
    "ALP_CODE21",
    "ALP_LASPO",
    "DFL",
    "DLP",
    "DPP",
    "HMPL",
    "IPP",
    "LEGACY",
    "LIFE",
    "LIFE/IPP",
    "LR_ALP",
    "LR_ALP_CDE18",
    "LR_ALP_CDE21",
    "LR_ALP_LASPO",
    "LR_DLP",
    "LR_DPP",
    "LR_IPP",
    "LR_LIFE",
    "LR_MLP",
    "MLP",
    "SEC272",
    "SEC275",
    "SEC93",
    "SEC93_03",
    "SEC94",
    "ZMD",
];

/// Whether a sentence of this type has no fixed end.
#[must_use]
pub fn is_indeterminate_type(code: &str) -> bool {
    INDETERMINATE.binary_search(&code).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listed_types_are_indeterminate_and_no_other() {
        assert!(INDETERMINATE.is_sorted());
        for code in INDETERMINATE {
            assert!(is_indeterminate_type(code), "{code}");
        }
        for code in ["", "ADIMP", "ife", "LIFE ", "life"] {
            assert!(!is_indeterminate_type(code), "{code}");
        }
    }
}
