//! What the calculation reads of one case. Each fact says where it comes from; any may be missing. Handover rules 2.

use chrono::NaiveDate;

use super::SentenceTerm;
use crate::{
    early_allocation::Assessment,
    parole::ParoleReview,
    prisoner::SentenceDates,
    reference::{Agency, Imprisonment, OPEN_CATEGORY},
};

/// The facts of one case. Lists are borrowed and in any order; all dates are London calendar dates.
#[derive(Debug, Clone, Copy, Default)]
pub struct HandoverFacts<'a> {
    /// From prisoner-search. Without it nobody is an adult.
    pub date_of_birth: Option<NaiveDate>,
    /// From prisoner-search: why they are held.
    pub imprisonment: Imprisonment,
    /// From prisoner-search: recalled from licence.
    pub recall: bool,
    /// From prisoner-search: serving an indeterminate sentence. Not said counts as no.
    pub indeterminate: bool,
    /// From prisoner-search, overrides applied.
    pub dates: SentenceDates,
    /// From prisoner-search: their prison, or for a restricted patient the prison that supports them.
    pub prison: Option<Agency>,
    /// From prison-api: the latest active category.
    pub category: Option<Category>,
    /// From prison-api: admissions and transfers of the present booking.
    pub arrivals: &'a [Arrival],
    /// From prison-api: the terms of every sentence.
    pub sentence_terms: &'a [SentenceTerm<'a>],
    /// From the parole register.
    pub parole_reviews: &'a [ParoleReview<'a>],
    /// Of early allocation, made by POMs.
    pub assessments: &'a [Assessment],
    /// From nDelius, or typed by staff. Without a record nothing of it is known.
    pub probation: ProbationFacts,
}

/// What the probation record says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProbationFacts {
    /// How closely agencies work together on the case; absent is unknown.
    pub mappa: Option<MappaLevel>,
    /// Under the Welsh probation service.
    pub welsh: bool,
}

/// The level of multi-agency public protection arrangements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MappaLevel {
    /// Known not to apply.
    NotApplicable,
    /// Level 1.
    One,
    /// Level 2.
    Two,
    /// Level 3.
    Three,
}

impl MappaLevel {
    /// Several agencies manage the case together.
    #[must_use]
    pub const fn is_managed(self) -> bool {
        matches!(self, Self::Two | Self::Three)
    }

    /// 0 to 3.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

/// A number that is no level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a MAPPA level is 0 to 3, or absent where unknown")]
pub struct InvalidMappaLevel;

impl TryFrom<u8> for MappaLevel {
    type Error = InvalidMappaLevel;

    fn try_from(number: u8) -> Result<Self, InvalidMappaLevel> {
        [Self::NotApplicable, Self::One, Self::Two, Self::Three]
            .into_iter()
            .find(|level| level.number() == number)
            .ok_or(InvalidMappaLevel)
    }
}

/// A security category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category {
    /// The category of women in open conditions.
    pub is_open: bool,
    /// The day from which it is active. See [`Approval::active_since`].
    pub active_since: Option<NaiveDate>,
}

impl Category {
    /// The category of this code.
    #[must_use]
    pub fn new(code: &str, active_since: Option<NaiveDate>) -> Self {
        Self {
            is_open: code == OPEN_CATEGORY,
            active_since,
        }
    }
}

/// What an assessment says of its approval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Approval {
    /// Nothing.
    #[default]
    NotNamed,
    /// That there was one; the day, where it is known.
    Named(Option<NaiveDate>),
}

impl Approval {
    /// The day from which an assessed category is active: that of the approval when one is named, even without a day, else
    /// that of the assessment. Handover rules 2.
    #[must_use]
    pub const fn active_since(self, assessed: Option<NaiveDate>) -> Option<NaiveDate> {
        match self {
            Self::Named(approved) => approved,
            Self::NotNamed => assessed,
        }
    }
}

/// An admission or a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// Where they came to.
    pub at: Agency,
    /// When.
    pub on: NaiveDate,
}
