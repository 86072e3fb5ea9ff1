//! Which sentence types are indeterminate. Handover rules 4.6.

/// Whether a sentence of this type has no fixed end: life, and other indeterminate sentences.
#[must_use]
#[rustfmt::skip]
pub fn is_indeterminate_type(code: &str) -> bool {
    matches!(
        code,
        "20" | "ALP" | "ALP_CODE18" | "ALP_CODE21" | "ALP_LASPO" | "DFL" | "DLP" | "DPP" | "HMPL" |
        "IPP" | "LEGACY" | "LIFE" | "LIFE/IPP" | "LR_ALP" | "LR_ALP_CDE18" | "LR_ALP_CDE21" |
        "LR_ALP_LASPO" | "LR_DLP" | "LR_DPP" | "LR_IPP" | "LR_LIFE" | "LR_MLP" | "MLP" | "SEC272" |
        "SEC275" | "SEC93" | "SEC93_03" | "SEC94" | "ZMD"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listed_types_are_indeterminate_and_no_other() {
        let listed = "20 ALP ALP_CODE18 ALP_CODE21 ALP_LASPO DFL DLP DPP HMPL IPP LEGACY LIFE LIFE/IPP LR_ALP \
                      LR_ALP_CDE18 LR_ALP_CDE21 LR_ALP_LASPO LR_DLP LR_DPP LR_IPP LR_LIFE LR_MLP MLP SEC272 SEC275 \
                      SEC93 SEC93_03 SEC94 ZMD";
        assert_eq!(listed.split_whitespace().count(), 29);
        for code in listed.split_whitespace() {
            assert!(is_indeterminate_type(code), "{code}");
        }
        for code in ["", "ADIMP", "IFE", "LIFE ", "life"] {
            assert!(!is_indeterminate_type(code), "{code}");
        }
    }
}
