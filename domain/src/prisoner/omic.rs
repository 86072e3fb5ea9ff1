//! Who the service deals with: inside OMiC policy. Allocation rules 5.2.

use chrono::{Datelike, NaiveDate};

use super::PrisonerFacts;

/// Imprisonment statuses of people held for civil matters.
const CIVIL: [&str; 9] = [
    "A/FINE",
    "A_FINE",
    "A_CFINE",
    "CIVIL",
    "CIVIL_CON",
    "CIVIL_DT",
    "CIV_RMD",
    "YOC_CONT",
    "YO_CFINE",
];

/// The day from which someone is an adult: the eighteenth birthday; for whoever was born on 29 February 1 March.
#[must_use]
pub fn adult_on(born: NaiveDate) -> NaiveDate {
    let year = born.year().saturating_add(18);
    NaiveDate::from_ymd_opt(year, born.month(), born.day())
        .or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
        .unwrap_or(NaiveDate::MAX)
}

impl PrisonerFacts {
    /// Held under immigration powers.
    #[must_use]
    pub fn is_immigration_case(&self) -> bool {
        self.imprisonment_status.as_deref() == Some("DET")
    }

    /// Held for a civil matter.
    #[must_use]
    pub fn is_civil(&self) -> bool {
        self.imprisonment_status
            .as_deref()
            .is_some_and(|status| CIVIL.contains(&status))
    }

    /// Serving a sentence whose end can be told.
    #[must_use]
    pub const fn is_sentenced(&self) -> bool {
        let dates = &self.dates;
        dates.sentence_start.is_some()
            && (dates.release.is_some()
                || dates.parole_eligibility.is_some()
                || dates.home_detention_curfew_eligibility.is_some()
                || dates.tariff.is_some()
                || self.indeterminate)
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
