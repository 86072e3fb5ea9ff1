//! A parole review as the parole register knows it. Handover rules 9.1.

use chrono::NaiveDate;

/// One review of one prisoner. Comes from the daily parole file, but for the received date, which staff may enter.
/// All dates are London calendar dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ParoleReview<'a> {
    /// The register's number; with the prisoner it names the review. Of two reviews on one day the higher number is the later.
    pub id: i64,
    /// The day for which the hearing is set.
    pub target_hearing_date: Option<NaiveDate>,
    /// The day by which the prison's report is due.
    pub custody_report_due: Option<NaiveDate>,
    /// The state of the review in the register.
    pub status: Option<ReviewStatus<'a>>,
    /// The result of the hearing.
    pub outcome: Option<HearingOutcome<'a>>,
    /// The day on which the result was received.
    pub outcome_received_on: Option<NaiveDate>,
}

/// The state of a review, in the register's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewStatus<'a>(pub &'a str);

/// The states of a review that is still to be heard.
const ACTIVE: [&str; 4] = [
    "Active",
    "Active - REREFERRED",
    "Active - Future",
    "Active - Referred",
];

impl ReviewStatus<'_> {
    /// Still to be heard: one of the four states of this kind, to the letter.
    #[must_use]
    pub fn is_active(self) -> bool {
        ACTIVE.contains(&self.0)
    }

    /// Called off, for whatever reason.
    #[must_use]
    pub fn is_cancelled(self) -> bool {
        self.0.starts_with("Cancelled")
    }
}

/// The result of a hearing, in the register's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HearingOutcome<'a>(pub &'a str);

impl HearingOutcome<'_> {
    /// Release was directed: the register's one spelling of it, to the letter.
    #[must_use]
    pub fn is_release(self) -> bool {
        self.0 == "Release [*]"
    }

    /// Says that there is no result, by one of two phrases.
    #[must_use]
    pub fn is_not_given(self) -> bool {
        matches!(self.0, "Not Applicable" | "Not Specified")
    }

    /// Nothing but space.
    #[must_use]
    pub fn is_blank(self) -> bool {
        self.0.trim().is_empty()
    }
}
