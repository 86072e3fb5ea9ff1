//! What the parole reviews of a sentence say: the hearing to come, whether it is far, and whether release was refused.
//! Handover rules 4.3 to 4.5.

use chrono::{NaiveDate, NaiveTime};

use super::{Departure, RulesVersion};
use crate::{
    Moment,
    calendar::months_after,
    london::london_time,
    parole::{HearingOutcome, ParoleReview},
};

/// How many months away a hearing is far.
const FAR_MONTHS: u32 = 12;

/// Reviews whose hearing is set on or after the start of the sentence.
fn of_sentence<'r>(
    reviews: &'r [ParoleReview<'r>],
    sentence_start: Option<NaiveDate>,
) -> impl Iterator<Item = (NaiveDate, &'r ParoleReview<'r>)> {
    reviews
        .iter()
        .filter_map(|review| Some((review.target_hearing_date?, review)))
        .filter(move |(hearing, _)| sentence_start.is_some_and(|start| *hearing >= start))
}

/// The latest hearing set in this sentence, whatever the state of its review. Handover rules 4.3.
#[must_use]
pub fn target_hearing(reviews: &[ParoleReview<'_>], sentence_start: Option<NaiveDate>) -> Option<NaiveDate> {
    of_sentence(reviews, sentence_start)
        .map(|(hearing, _)| hearing)
        .max()
}

/// "12 months or more away". The present service compares the midnight at which the day begins by universal time with the
/// time of day in London, so that a hearing in exactly twelve months is far only for whoever asks at midnight, or in
/// summer until one. Handover rules 4.4.
#[must_use]
pub fn is_far(hearing: NaiveDate, at: Moment, rules: RulesVersion) -> bool {
    let twelve_months_away = months_after(at.today(), FAR_MONTHS);
    hearing > twelve_months_away
        || hearing == twelve_months_away
            && (rules.has(Departure::ExactlyTwelveMonths)
                || !rules.has(Departure::LondonDates) && clock_at_utc_midnight(hearing) >= at.london_clock())
}

/// What the clocks in London show when a day begins by universal time: midnight, or one in summer.
fn clock_at_utc_midnight(day: NaiveDate) -> NaiveTime {
    london_time(day.and_time(NaiveTime::MIN).and_utc()).time()
}

/// The last review of this sentence that came to a result. Of two on one day the present service takes either.
/// Handover rules 4.5.
#[must_use]
pub fn last_completed<'r>(
    reviews: &'r [ParoleReview<'r>],
    sentence_start: Option<NaiveDate>,
    rules: RulesVersion,
) -> Option<&'r ParoleReview<'r>> {
    of_sentence(reviews, sentence_start)
        .filter(|(_, review)| review.is_completed(rules))
        .max_by_key(|(hearing, review)| (*hearing, rules.has(Departure::TiesSettled).then(|| review.rank())))
        .map(|(_, review)| review)
}

/// A parole result that did not direct release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParoleRefusal {
    /// The day on which it was received, where that is known.
    pub received_on: Option<NaiveDate>,
}

/// The last parole result, if it did not direct release. Handover rules 4.5.
#[must_use]
pub fn parole_refusal(
    reviews: &[ParoleReview<'_>],
    sentence_start: Option<NaiveDate>,
    rules: RulesVersion,
) -> Option<ParoleRefusal> {
    let last = last_completed(reviews, sentence_start, rules)?;
    let released = last.outcome.is_some_and(HearingOutcome::is_release);
    (!released).then_some(ParoleRefusal {
        received_on: last.outcome_received_on,
    })
}
