//! Who the service deals with: inside OMiC policy. Allocation rules 5.2, handover rules 3.

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

/// Why a case is outside the policy by which cases get a prison offender manager. Handover rules 3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutsidePolicy {
    /// Nobody knows whether they are an adult.
    #[error("the case is outside OMiC policy, which is for adults: the date of birth is not known")]
    AgeUnknown,
    /// Not yet an adult.
    #[error("the case is outside OMiC policy, which is for adults: the eighteenth birthday is to come")]
    NotAdult,
    /// Held for a civil matter.
    #[error("the case is outside OMiC policy, which leaves out civil matters: held for one")]
    Civil,
    /// Neither under a sentence nor held under immigration powers.
    #[error(
        "the case is outside OMiC policy, which is for people under a sentence or immigration powers: no sentence is known \
         that has begun, and has no fixed end or a date of release, parole, tariff or home detention curfew"
    )]
    NotSentenced,
}

/// Whether a case is inside the policy: an adult, under a sentence or immigration powers, and not held for a civil
/// matter. Who is admitted at all is another question. Handover rules 3.2.
///
/// # Errors
/// When it is outside, by which of the conditions.
pub fn inside_policy(
    adult: Option<bool>,
    sentenced: bool,
    imprisonment: Imprisonment,
) -> Result<(), OutsidePolicy> {
    match adult {
        None => Err(OutsidePolicy::AgeUnknown),
        Some(false) => Err(OutsidePolicy::NotAdult),
        Some(true) => match imprisonment {
            Imprisonment::Civil => Err(OutsidePolicy::Civil),
            Imprisonment::Immigration => Ok(()),
            Imprisonment::Other if sentenced => Ok(()),
            Imprisonment::Other => Err(OutsidePolicy::NotSentenced),
        },
    }
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

    /// The day of the eighteenth birthday, from which the service may deal with the person; none while the date of birth is
    /// withheld. London date.
    #[must_use]
    pub fn adult_on(&self) -> Option<NaiveDate> {
        self.date_of_birth.known().copied().map(adult_on)
    }

    /// Held under immigration powers.
    #[must_use]
    pub fn is_immigration_case(&self) -> bool {
        self.imprisonment() == Imprisonment::Immigration
    }

    /// Serving a sentence whose end can be told.
    #[must_use]
    pub const fn is_sentenced(&self) -> bool {
        self.dates.is_sentence(self.indeterminate)
    }

    /// Admitted, and inside policy on every day from [`PrisonerFacts::adult_on`].
    #[must_use]
    pub fn is_inside_policy_as_adult(&self) -> bool {
        let imprisonment = self.imprisonment();
        is_admitted(Some(self.legal_status), imprisonment)
            && inside_policy(Some(true), self.is_sentenced(), imprisonment).is_ok()
    }

    /// Inside policy on this London date.
    #[must_use]
    pub fn is_inside_policy(&self, today: NaiveDate) -> bool {
        self.adult_on().is_some_and(|adult_on| adult_on <= today) && self.is_inside_policy_as_adult()
    }
}
