//! A parole review as the parole register knows it. Handover rules 9.1.

use chrono::NaiveDate;

use crate::{
    Moment,
    calendar::days_before,
    handover::{Departure, RulesVersion},
    reference::{ACTIVE_REVIEWS, CANCELLED_REVIEW, NO_RESULT, RELEASE_DIRECTED},
};

/// How many days after its result arrived a review is past.
const FRESH_DAYS: u64 = 14;

/// One review of one prisoner. Comes from the daily parole file, but for the received date, which staff may enter.
/// All dates are London calendar dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ParoleReview<'a> {
    /// The register's number; with the prisoner it names the review.
    pub id: i64,
    /// The day for which the hearing is set.
    pub target_hearing_date: Option<NaiveDate>,
    /// The day by which the prison's report is due.
    pub custody_report_due: Option<NaiveDate>,
    /// The state of the review in the register.
    pub status: Option<ReviewStatus<'a>>,
    /// The result of the hearing.
    pub outcome: Option<HearingOutcome<'a>>,
    /// The day on which the result was received.
    pub outcome_received_on: Option<NaiveDate>,
}

/// The state of a review, in the register's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewStatus<'a>(pub &'a str);

impl ReviewStatus<'_> {
    /// Still to be heard: one of the four states of this kind, to the letter.
    #[must_use]
    pub fn is_active(self) -> bool {
        ACTIVE_REVIEWS.contains(&self.0)
    }

    /// Called off, for whatever reason.
    #[must_use]
    pub fn is_cancelled(self) -> bool {
        self.0.starts_with(CANCELLED_REVIEW)
    }
}

/// What a result means, however the register puts it. Handover rules 4.5 and 9.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultMeaning {
    /// There is none.
    NoResult,
    /// Release was directed.
    Release,
    /// It was not.
    NotRelease,
}

impl ResultMeaning {
    /// What is meant by these words, or by none.
    #[must_use]
    pub fn of(outcome: Option<HearingOutcome<'_>>) -> Self {
        match outcome.filter(|outcome| !outcome.is_none()) {
            None => Self::NoResult,
            Some(outcome) if outcome.is_release() => Self::Release,
            Some(_) => Self::NotRelease,
        }
    }
}

/// The result of a hearing, in the register's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HearingOutcome<'a>(pub &'a str);

impl HearingOutcome<'_> {
    /// Release was directed: the register's one spelling of it, to the letter.
    #[must_use]
    pub fn is_release(self) -> bool {
        self.0 == RELEASE_DIRECTED
    }

    /// Says that there is no result, by one of two phrases.
    #[must_use]
    pub fn is_not_given(self) -> bool {
        NO_RESULT.contains(&self.0)
    }

    /// Nothing but space.
    #[must_use]
    pub fn is_blank(self) -> bool {
        self.0.trim().is_empty()
    }

    /// No result, whichever way it is put. Handover rules 9.1.
    #[must_use]
    pub fn is_none(self) -> bool {
        self.is_blank() || self.is_not_given()
    }
}

impl<'a> ParoleReview<'a> {
    /// The day by which reviews are ordered: the hearing's, else the report's. Without either a review takes no part.
    #[must_use]
    pub fn day(&self) -> Option<NaiveDate> {
        self.target_hearing_date.or(self.custody_report_due)
    }

    /// Tells reviews of one day apart: the later received is the later one, then the one of the higher number. What else
    /// they say only makes the order whole.
    pub(crate) fn rank(&self) -> impl Ord + use<'a> {
        (
            self.outcome_received_on,
            self.id,
            self.outcome.map(|outcome| outcome.0),
            self.status.map(|status| status.0),
            self.target_hearing_date,
            self.custody_report_due,
        )
    }

    /// The result, unless it says that there is none. A blank one counts, or by departure does not. Handover rules 4.5.
    #[must_use]
    pub fn given_outcome(&self, rules: RulesVersion) -> Option<HearingOutcome<'a>> {
        let blank_counts = !rules.has(Departure::BlankResultIsNoOutcome);
        self.outcome
            .filter(|outcome| !outcome.is_not_given() && (blank_counts || !outcome.is_blank()))
    }

    /// The day on which the result was received. By departure only where there is a result: the present service stores a
    /// day for a blank one, and keeps it when the register says afterwards that there is none.
    #[must_use]
    pub fn received_on(&self, rules: RulesVersion) -> Option<NaiveDate> {
        let stands_alone = !rules.has(Departure::BlankResultIsNoOutcome);
        self.outcome_received_on
            .filter(|_| stands_alone || self.given_outcome(rules).is_some())
    }

    /// Over: there is a result, or one was received. Handover rules 4.5.
    #[must_use]
    pub fn is_completed(&self, rules: RulesVersion) -> bool {
        self.given_outcome(rules).is_some() || self.received_on(rules).is_some()
    }

    /// Still to come, or its result arrived within a fortnight. Handover rules 9.2.
    #[must_use]
    pub fn is_current(&self, at: Moment, rules: RulesVersion) -> bool {
        let received_lately = self
            .received_on(rules)
            .is_some_and(|received| received > days_before(at.day(rules), FRESH_DAYS));
        let awaited = self.given_outcome(rules).is_none() && self.status.is_some_and(ReviewStatus::is_active);
        received_lately || awaited
    }

    /// Has a result whose day of receipt is not known: the POM's task "Date parole hearing outcome confirmed" when it is
    /// the most recent review. Handover rules 9.4.
    #[must_use]
    pub fn lacks_received_date(&self) -> bool {
        self.outcome.is_some_and(|outcome| !outcome.is_none()) && self.outcome_received_on.is_none()
    }
}
