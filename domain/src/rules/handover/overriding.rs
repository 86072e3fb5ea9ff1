//! Overriding the calculation by hand, and taking the override back. Handover rules 7.2 and 7.3.

use crate::coded::coded;

coded! {
    /// Whom an override makes responsible.
    OverrideValue {
        /// The prison. Known from old records; no screen makes it.
        Prison = "Prison",
        /// The community.
        Probation = "Probation",
    }
}

coded! {
    /// Why a case is given to the community by hand.
    ResponsibilityOverrideReason {
        /// Little time is left.
        LessThan10MonthsToServe = "less_than_10_months_to_serve",
        /// The community probation team was decided on.
        CommunityTeamToWorkWithOffender = "community_team_to_work_with_offender",
        /// Recalled.
        PrisonerHasBeenRecalled = "prisoner_has_been_recalled",
        /// Another reason, in words.
        OtherReason = "other_reason",
        /// Moved to an open prison. Known from old records.
        PrisonerMovedToOpenPrison = "prisoner_moved_to_open_prison",
    }
}

impl ResponsibilityOverrideReason {
    /// What people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::LessThan10MonthsToServe => "The prisoner has less than 10 months less to serve",
            Self::CommunityTeamToWorkWithOffender => {
                "Decision made for the community probation team to work with this prisoner"
            }
            Self::PrisonerHasBeenRecalled => "Prisoner has been recalled",
            Self::OtherReason => "Other",
            Self::PrisonerMovedToOpenPrison => "Prisoner moved to open prison",
        }
    }

    /// Whether the form offers it.
    #[must_use]
    pub const fn is_selectable(self) -> bool {
        !matches!(self, Self::PrisonerMovedToOpenPrison)
    }

    /// The number under which old records store it.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

/// Why the form is not shown at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotOverride {
    /// Nobody in the community could be told.
    #[error("responsibility cannot be changed: no e-mail address is known for the local delivery unit")]
    NoLduEmail,
    /// There is one already.
    #[error("responsibility is overridden already: remove the override first")]
    AlreadyOverridden,
}

/// Whether an override can be made now.
///
/// # Errors
/// When the delivery unit cannot be told, or an override exists.
pub fn can_override(ldu_email_known: bool, overridden: bool) -> Result<(), CannotOverride> {
    match (ldu_email_known, overridden) {
        (false, _) => Err(CannotOverride::NoLduEmail),
        (true, true) => Err(CannotOverride::AlreadyOverridden),
        (true, false) => Ok(()),
    }
}

/// What was typed to override. A value or reason that is not listed is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ResponsibilityOverrideForm<'a> {
    /// Whom to make responsible.
    pub value: Option<OverrideValue>,
    /// Why.
    pub reason: Option<ResponsibilityOverrideReason>,
    /// The reason in words.
    pub reason_text: Option<&'a str>,
}

/// What a form lacks; the wording is what users know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResponsibilityOverrideRefusal {
    /// No value, or an unknown one.
    #[error("is not included in the list")]
    Value,
    /// No reason.
    #[error("Select a reason for overriding the responsibility")]
    Reason,
    /// Another reason without words.
    #[error("Please provide reason when Other is selected")]
    ReasonText,
}

impl ResponsibilityOverrideForm<'_> {
    /// Everything that it lacks; nothing when it can be accepted.
    pub fn refusals(&self) -> impl Iterator<Item = ResponsibilityOverrideRefusal> {
        let wordless_other =
            self.reason == Some(ResponsibilityOverrideReason::OtherReason) && is_blank(self.reason_text);
        [
            self.value
                .is_none()
                .then_some(ResponsibilityOverrideRefusal::Value),
            self.reason
                .is_none()
                .then_some(ResponsibilityOverrideRefusal::Reason),
            wordless_other.then_some(ResponsibilityOverrideRefusal::ReasonText),
        ]
        .into_iter()
        .flatten()
    }
}

/// An override is not taken back without words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("You must say why you are changing responsibility for this case")]
pub struct NoRemovalReason;

/// Whether an override may be taken back for this reason.
///
/// # Errors
/// When nothing is said.
pub fn accept_removal(reason_text: Option<&str>) -> Result<(), NoRemovalReason> {
    if is_blank(reason_text) {
        Err(NoRemovalReason)
    } else {
        Ok(())
    }
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}
