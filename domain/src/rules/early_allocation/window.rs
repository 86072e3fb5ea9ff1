//! When a case may be referred to the community early. Handover rules 8.3.

use chrono::NaiveDate;

use crate::{calendar::months_after, prisoner::SentenceDates};

/// How many months before release a case may be referred.
const REFERRAL_MONTHS: u32 = 18;

/// The dates on which the prisoner may leave, of those that count for a referral: from prisoner-search, but for the
/// hearing, which the parole register sets. London calendar dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReferralDates {
    /// Tariff expiry.
    pub tariff: Option<NaiveDate>,
    /// Parole eligibility.
    pub parole_eligibility: Option<NaiveDate>,
    /// The latest hearing set in this sentence. Handover rules 4.3.
    pub target_hearing: Option<NaiveDate>,
    /// Automatic release.
    pub automatic_release: Option<NaiveDate>,
    /// Conditional release.
    pub conditional_release: Option<NaiveDate>,
}

impl ReferralDates {
    /// Those of a sentence, and its latest hearing.
    #[must_use]
    pub const fn of(dates: &SentenceDates, target_hearing: Option<NaiveDate>) -> Self {
        Self {
            tariff: dates.tariff,
            parole_eligibility: dates.parole_eligibility,
            target_hearing,
            automatic_release: dates.automatic_release,
            conditional_release: dates.conditional_release,
        }
    }

    /// Whether the earliest of them, however long past, is at most 18 months away.
    #[must_use]
    pub fn within_window(&self, today: NaiveDate) -> bool {
        self.earliest()
            .is_some_and(|release| release <= months_after(today, REFERRAL_MONTHS))
    }

    fn earliest(&self) -> Option<NaiveDate> {
        [
            self.tariff,
            self.parole_eligibility,
            self.target_hearing,
            self.automatic_release,
            self.conditional_release,
        ]
        .into_iter()
        .flatten()
        .min()
    }
}
