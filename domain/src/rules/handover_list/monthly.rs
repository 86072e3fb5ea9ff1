//! The list that a local delivery unit is sent each month. Handover rules 12.2.

use chrono::NaiveDate;

use super::ldu_emails::PipelineFacts;
use crate::{coded::coded, handover::RulesVersion, prisoner::SentenceDates};

coded! {
    /// What a local delivery unit is sent on the first of the month.
    MonthlyEmail {
        /// The list, as a file.
        Pipeline = "ldu_monthly_pipeline",
        /// That no handover is on it.
        NoHandovers = "ldu_no_handovers",
    }
}

impl MonthlyEmail {
    /// The message to a unit with so many cases, so many of them on its list; none to a unit out of use or without cases.
    #[must_use]
    pub const fn of(ldu_enabled: bool, cases: usize, listed: usize) -> Option<Self> {
        match (ldu_enabled, cases, listed) {
            (false, _, _) | (true, 0, _) => None,
            (true, _, 0) => Some(Self::NoHandovers),
            (true, _, _) => Some(Self::Pipeline),
        }
    }
}

/// The unit's cases that are on its monthly list, by the day on which the community begins to support; those of one day
/// stay in their order.
pub fn monthly_list<T>(
    cases: impl IntoIterator<Item = (PipelineFacts, T)>,
    today: NaiveDate,
    rules: RulesVersion,
) -> Vec<(PipelineFacts, T)> {
    let mut listed: Vec<_> = cases
        .into_iter()
        .filter(|(facts, _)| facts.is_in_monthly_list(today, rules))
        .collect();
    listed.sort_by_key(|(facts, _)| facts.start_date);
    listed
}

/// The day under "Release/Parole Date" of the monthly list: the earliest of conditional release, parole eligibility and
/// tariff expiry, however long past. London calendar date.
#[must_use]
pub fn monthly_release(dates: &SentenceDates) -> Option<NaiveDate> {
    [dates.conditional_release, dates.parole_eligibility, dates.tariff]
        .into_iter()
        .flatten()
        .min()
}
