//! The next day on which parole may be granted, if it is near. Handover rules 9.3.

use chrono::{NaiveDate, NaiveTime};

use crate::{
    Moment,
    calendar::months_after,
    coded::coded,
    handover::{Departure, RulesVersion},
};

/// How many months ahead parole approaches.
const APPROACHING_MONTHS: u32 = 10;

coded! {
    /// Which date it is.
    ParoleDateKind {
        /// Tariff expiry.
        Tariff = "TED",
        /// Parole eligibility.
        Eligibility = "PED",
        /// The hearing.
        Hearing = "Target hearing date",
    }
}

/// A day on which parole may be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextParole {
    /// London calendar date.
    pub date: NaiveDate,
    /// Which; of several on one day the first in the order of [`ParoleDateKind`].
    pub kind: ParoleDateKind,
}

/// The dates that count: from prisoner-search, but for the hearing, which the parole register sets. London calendar dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ParoleDates {
    /// Tariff expiry.
    pub tariff: Option<NaiveDate>,
    /// Parole eligibility.
    pub parole_eligibility: Option<NaiveDate>,
    /// The latest hearing set in this sentence. Handover rules 4.3.
    pub target_hearing: Option<NaiveDate>,
}

impl ParoleDates {
    /// The earliest of them after today and at most ten months ahead. The case approaches parole when there is one.
    #[must_use]
    pub fn next(&self, at: Moment, rules: RulesVersion) -> Option<NextParole> {
        let last = months_after(at.today(), APPROACHING_MONTHS);
        [
            (ParoleDateKind::Tariff, self.tariff),
            (ParoleDateKind::Eligibility, self.parole_eligibility),
            (ParoleDateKind::Hearing, self.target_hearing),
        ]
        .into_iter()
        .filter_map(|(kind, date)| Some(NextParole { date: date?, kind }))
        .filter(|next| is_to_come(next.date, at, rules) && next.date <= last)
        .min_by_key(|next| next.date)
    }
}

/// By departure, after today in London; else, as the present service compares, not before now at midnight by universal
/// time.
fn is_to_come(date: NaiveDate, at: Moment, rules: RulesVersion) -> bool {
    if rules.has(Departure::LondonDates) {
        date > at.today()
    } else {
        date.and_time(NaiveTime::MIN).and_utc() >= at.now()
    }
}
