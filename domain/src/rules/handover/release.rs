//! The release from which a handover is reckoned, and whether someone counts as released. Handover rules 4.1 and 4.2.

use chrono::NaiveDate;

use super::{Departure, RulesVersion};
use crate::{Moment, coded::coded, prisoner::SentenceDates};

coded! {
    /// Which date it is.
    HandoverReleaseKind {
        /// Tariff expiry.
        Ted = "TED",
        /// Target hearing.
        Thd = "THD",
        /// Parole eligibility.
        Ped = "PED",
        /// Automatic release.
        Ard = "ARD",
        /// Conditional release.
        Crd = "CRD",
    }
}

/// The earliest release for handover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandoverRelease {
    /// Which date.
    pub kind: HandoverReleaseKind,
    /// London calendar date.
    pub date: NaiveDate,
}

/// The earliest release for handover, by the kind of sentence.
#[must_use]
pub fn release_for_handover(
    indeterminate: bool,
    dates: &SentenceDates,
    target_hearing: Option<NaiveDate>,
    today: NaiveDate,
) -> Option<HandoverRelease> {
    if indeterminate {
        tariff_or_hearing(dates.tariff, target_hearing, today)
    } else {
        parole_or_release(dates)
    }
}

/// The tariff while it is to come, else the hearing while it is to come, else whichever passed more lately.
fn tariff_or_hearing(
    tariff: Option<NaiveDate>,
    hearing: Option<NaiveDate>,
    today: NaiveDate,
) -> Option<HandoverRelease> {
    let tariff = tariff.map(|date| HandoverReleaseKind::Ted.on(date));
    let hearing = hearing.map(|date| HandoverReleaseKind::Thd.on(date));
    let to_come = |release: &HandoverRelease| release.date > today;
    tariff
        .filter(to_come)
        .or(hearing.filter(to_come))
        .or_else(|| match (tariff, hearing) {
            (Some(tariff), Some(hearing)) if hearing.date > tariff.date => Some(hearing),
            _ => tariff.or(hearing),
        })
}

/// Parole eligibility even if it has passed, else the earlier of the two releases.
fn parole_or_release(dates: &SentenceDates) -> Option<HandoverRelease> {
    let parole = dates
        .parole_eligibility
        .map(|date| HandoverReleaseKind::Ped.on(date));
    let automatic = dates
        .automatic_release
        .map(|date| HandoverReleaseKind::Ard.on(date));
    let conditional = dates
        .conditional_release
        .map(|date| HandoverReleaseKind::Crd.on(date));
    parole.or_else(|| {
        [automatic, conditional]
            .into_iter()
            .flatten()
            .min_by_key(|release| release.date)
    })
}

impl HandoverReleaseKind {
    /// This date on that day.
    const fn on(self, date: NaiveDate) -> HandoverRelease {
        HandoverRelease { kind: self, date }
    }
}

/// What tells whether someone counts as released. All of it comes from prisoner-search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReleaseFacts<'a> {
    /// The sentence's dates.
    pub dates: &'a SentenceDates,
    /// Serving an indeterminate sentence.
    pub indeterminate: bool,
    /// Recalled from licence.
    pub recalled: bool,
}

impl ReleaseFacts<'_> {
    /// Whether lists and mails leave the prisoner out as released: their earliest release, as lists show it, has come. By
    /// [`Departure::TariffIsNotRelease`] an indeterminate prisoner is released by approved parole alone: what else has
    /// passed are days from which release may be considered. Nor does the parole from which they were recalled.
    #[must_use]
    pub fn counts_as_released(&self, at: Moment, rules: RulesVersion) -> bool {
        let release = if self.indeterminate && rules.has(Departure::TariffIsNotRelease) {
            self.dates.approved_parole.filter(|_| !self.recalled)
        } else {
            self.dates
                .earliest_release_under(at.today(), rules)
                .map(|release| release.date)
        };
        release.is_some_and(|date| date <= at.day(rules))
    }
}
