//! Who the service deals with: inside OMiC policy. Allocation rules 5.2.

use chrono::{Datelike, NaiveDate};

use super::{PrisonerFacts, SentenceDates};
use crate::{LegalStatus, reference::Imprisonment};

/// The day from which someone is an adult: the eighteenth birthday; for whoever was born on 29 February 1 March.
#[must_use]
pub fn adult_on(born: NaiveDate) -> NaiveDate {
    let year = born.year().saturating_add(18);
    NaiveDate::from_ymd_opt(year, born.month(), born.day())
        .or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
        .unwrap_or(NaiveDate::MAX)
}

/// Whether someone enters the service at all: a legal status in remit, and not held for a civil matter. Handover rules 3.1.
#[must_use]
pub fn is_admitted(legal_status: Option<LegalStatus>, imprisonment: Imprisonment) -> bool {
    legal_status.is_some_and(LegalStatus::in_remit) && imprisonment != Imprisonment::Civil
}

impl SentenceDates {
    /// Serving a sentence whose end can be told: it has begun, and has no fixed end or one of four dates of release.
    /// Handover rules 3.2.
    #[must_use]
    pub const fn is_sentence(&self, indeterminate: bool) -> bool {
        self.sentence_start.is_some()
            && (self.release.is_some()
                || self.parole_eligibility.is_some()
                || self.home_detention_curfew_eligibility.is_some()
                || self.tariff.is_some()
                || indeterminate)
    }
}

impl PrisonerFacts {
    fn imprisonment(&self) -> Imprisonment {
        Imprisonment::from_code(self.imprisonment_status.as_deref())
    }

    /// Held under immigration powers.
    #[must_use]
    pub fn is_immigration_case(&self) -> bool {
        self.imprisonment() == Imprisonment::Immigration
    }

    /// Held for a civil matter.
    #[must_use]
    pub fn is_civil(&self) -> bool {
        self.imprisonment() == Imprisonment::Civil
    }

    /// Serving a sentence whose end can be told.
    #[must_use]
    pub const fn is_sentenced(&self) -> bool {
        self.dates.is_sentence(self.indeterminate)
    }

    /// Inside policy on every day from [`PrisonerFacts::adult_on`]: legal status in remit, sentenced or an immigration
    /// case, and not a civil matter.
    #[must_use]
    pub fn is_inside_policy_as_adult(&self) -> bool {
        self.legal_status.in_remit()
            && (self.is_sentenced() || self.is_immigration_case())
            && !self.is_civil()
    }

    /// Inside policy on this London date.
    #[must_use]
    pub fn is_inside_policy(&self, today: NaiveDate) -> bool {
        self.adult_on <= today && self.is_inside_policy_as_adult()
    }
}
