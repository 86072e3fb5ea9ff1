//! What the parole reviews of a sentence say: the hearing to come, whether it is far, and whether release was refused.
//! Handover rules 4.3 to 4.5.

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Europe::London;

use super::{Departure, RulesVersion};
use crate::{
    Moment,
    calendar::months_after,
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
    day.and_time(NaiveTime::MIN)
        .and_utc()
        .with_timezone(&London)
        .time()
}

/// The last review of this sentence that came to a result did not direct release. Of two on one day the present service
/// takes either. Handover rules 4.5.
#[must_use]
pub fn was_refused(
    reviews: &[ParoleReview<'_>],
    sentence_start: Option<NaiveDate>,
    rules: RulesVersion,
) -> bool {
    of_sentence(reviews, sentence_start)
        .filter(|(_, review)| is_completed(review, rules))
        .max_by_key(|(hearing, review)| (*hearing, rules.has(Departure::TiesSettled).then(|| rank(review))))
        .is_some_and(|(_, review)| !review.outcome.is_some_and(HearingOutcome::is_release))
}

/// Came to a result, or one was received. By [`Departure::BlankResultIsNoOutcome`] a blank one is none, whatever day it
/// was received on.
fn is_completed(review: &ParoleReview<'_>, rules: RulesVersion) -> bool {
    let says_nothing = review.outcome.is_none_or(HearingOutcome::is_blank);
    if says_nothing && rules.has(Departure::BlankResultIsNoOutcome) {
        return false;
    }
    review.outcome.is_some_and(|outcome| !outcome.is_not_given()) || review.outcome_received_on.is_some()
}

/// Tells two reviews of one day apart: the later received, then the later named, then by the words of the result.
fn rank<'r>(review: &'r ParoleReview<'_>) -> (Option<NaiveDate>, i64, Option<&'r str>) {
    (
        review.outcome_received_on,
        review.id,
        review.outcome.map(|outcome| outcome.0),
    )
}
