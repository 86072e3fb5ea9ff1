//! The earliest date on which a prisoner may leave, as lists show it. Allocation rules 5.2.

use std::cmp::Reverse;

use chrono::NaiveDate;

use super::SentenceDates;
use crate::{
    coded::coded,
    handover::{Departure, RulesVersion},
};

coded! {
    /// Which date of the sentence it is.
    ReleaseKind {
        /// Conditional release.
        Crd = "CRD",
        /// Automatic release.
        Ard = "ARD",
        /// Home detention curfew eligibility.
        Hdced = "HDCED",
        /// Home detention curfew, actual.
        Hdcea = "HDCEA",
        /// Parole eligibility.
        Ped = "PED",
        /// Tariff end.
        Ted = "TED",
        /// Sentence expiry.
        Sed = "SED",
        /// Licence expiry.
        Led = "LED",
        /// Post-recall release.
        Prrd = "PRRD",
        /// Approved parole.
        Apd = "APD",
    }
}

/// A date and which one it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarliestRelease {
    /// Which.
    pub kind: ReleaseKind,
    /// London calendar date.
    pub date: NaiveDate,
}

impl SentenceDates {
    /// The smallest date from today on, else the largest past one; of the release dates proper, or if there is none of
    /// the dates at which the sentence runs out.
    #[must_use]
    pub fn earliest_release(&self, today: NaiveDate) -> Option<EarliestRelease> {
        self.earliest_release_under(today, RulesVersion::REFERENCE)
    }

    /// The same under these rules. By [`Departure::ExpiryAfterPastRelease`] the dates at which the sentence runs out count
    /// as well when every release date proper has passed and one of them is to come. Handover rules 4.1.
    #[must_use]
    pub fn earliest_release_under(&self, today: NaiveDate, rules: RulesVersion) -> Option<EarliestRelease> {
        let proper = [
            (ReleaseKind::Crd, self.conditional_release),
            (ReleaseKind::Ard, self.automatic_release),
            (ReleaseKind::Hdced, self.home_detention_curfew_eligibility),
            (ReleaseKind::Hdcea, self.home_detention_curfew_actual),
            (ReleaseKind::Ped, self.parole_eligibility),
            (ReleaseKind::Ted, self.tariff),
        ];
        let last_resort = [
            (ReleaseKind::Sed, self.sentence_expiry),
            (ReleaseKind::Led, self.licence_expiry),
            (ReleaseKind::Prrd, self.after_recall()),
            (ReleaseKind::Apd, self.approved_parole),
        ];
        let to_come = |release: &EarliestRelease| release.date >= today;
        let (release, expiry) = (nearest(&proper, today), nearest(&last_resort, today));
        if rules.has(Departure::ExpiryAfterPastRelease) {
            release
                .filter(to_come)
                .or(expiry.filter(to_come))
                .or(release)
                .or(expiry)
        } else {
            release.or(expiry)
        }
    }

    /// The day of release after a recall: parole, when approved, may come before the day set on recall or stand alone.
    #[must_use]
    pub fn after_recall(&self) -> Option<NaiveDate> {
        [self.post_recall_release, self.approved_parole]
            .into_iter()
            .flatten()
            .min()
    }
}

/// Of several kinds on the same day, the first named counts.
fn nearest(dates: &[(ReleaseKind, Option<NaiveDate>)], today: NaiveDate) -> Option<EarliestRelease> {
    let known = || {
        dates
            .iter()
            .filter_map(|&(kind, date)| Some(EarliestRelease { kind, date: date? }))
    };
    known()
        .filter(|release| release.date >= today)
        .min_by_key(|release| release.date)
        .or_else(|| known().min_by_key(|release| Reverse(release.date)))
}
