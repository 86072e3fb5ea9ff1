//! What must be said when a POM of another type than recommended is chosen. Allocation rules 2.7.

use crate::{Personal, allocation::Override, coded::coded};

/// The longest explanation, in characters.
const LONGEST_DETAIL: usize = 175;

coded! {
    /// Why a POM of another type was chosen.
    OverrideReason {
        /// The prisoner was assessed as not suitable for the other type.
        Suitability = "suitability",
        /// No POM of the other type is available.
        NoStaff = "no_staff",
        /// This POM has worked with the prisoner before.
        Continuity = "continuity",
        /// Another reason, given in words.
        Other = "other",
    }
}

/// What the person who allocates typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OverrideForm {
    /// The reasons ticked.
    pub reasons: Vec<OverrideReason>,
    /// Text for [`OverrideReason::Suitability`].
    pub suitability_detail: Option<String>,
    /// Text for [`OverrideReason::Other`].
    pub other_detail: Option<String>,
}

/// Why a form was not accepted; the wording is what users know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OverrideRefusal {
    /// No reason was ticked.
    #[error("Select at least one reason")]
    NoReason,
    /// `suitability` without text.
    #[error("Enter reason for allocating this POM")]
    NoSuitabilityDetail,
    /// `other` without text.
    #[error("Please provide extra detail when Other is selected")]
    NoOtherDetail,
    /// The suitability text is too long.
    #[error("This reason cannot be more than 175 characters")]
    SuitabilityDetailTooLong,
    /// The other text is too long.
    #[error("This reason cannot be more than 175 characters")]
    OtherDetailTooLong,
}

impl OverrideForm {
    /// The override to record. A text counts, and is checked, only when its reason is ticked.
    ///
    /// # Errors
    /// When no reason is ticked, or a ticked reason's text is missing or longer than 175 characters.
    pub fn accept(self) -> Result<Override, OverrideRefusal> {
        if self.reasons.is_empty() {
            return Err(OverrideRefusal::NoReason);
        }
        let suitability_detail = detail(
            self.reasons.contains(&OverrideReason::Suitability),
            self.suitability_detail,
            OverrideRefusal::NoSuitabilityDetail,
            OverrideRefusal::SuitabilityDetailTooLong,
        )?;
        let other_detail = detail(
            self.reasons.contains(&OverrideReason::Other),
            self.other_detail,
            OverrideRefusal::NoOtherDetail,
            OverrideRefusal::OtherDetailTooLong,
        )?;
        let mut reasons = self.reasons;
        reasons.sort_unstable();
        reasons.dedup();
        Ok(Override {
            reasons,
            suitability_detail,
            other_detail,
        })
    }
}

fn detail(
    ticked: bool,
    text: Option<String>,
    missing: OverrideRefusal,
    too_long: OverrideRefusal,
) -> Result<Option<Personal<String>>, OverrideRefusal> {
    if !ticked {
        return Ok(None);
    }
    match text {
        Some(text) if text.chars().count() > LONGEST_DETAIL => Err(too_long),
        Some(text) if !text.trim().is_empty() => Ok(Some(text.into())),
        _ => Err(missing),
    }
}
