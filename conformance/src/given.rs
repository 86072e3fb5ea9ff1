//! Facts that the cases of several rules give in the same words, and what the rules make of them.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    early_allocation::{Answers, Assessment, Outcome},
    handover::{Reason, Responsibility},
    handover_list::HandoverRecord,
    parole::{HearingOutcome, ParoleReview, ReviewStatus},
    prisoner::{SentenceDates, StatedDates},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    reading::FactPath,
    rule::{BadCase, Question},
};

/// The dates of a person, of which the rules read what they come to.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct GivenDates(StatedDates);

impl GivenDates {
    /// With each correction in the place of what it corrects.
    pub(crate) fn effective(&self) -> SentenceDates {
        self.0.effective()
    }
}

/// A parole review as stored.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(crate) struct GivenReview<'a> {
    #[serde(default)]
    review_id: i64,
    target_hearing_date: Option<NaiveDate>,
    custody_report_due: Option<NaiveDate>,
    #[serde(borrow)]
    review_status: Option<Cow<'a, str>>,
    #[serde(borrow)]
    hearing_outcome: Option<Cow<'a, str>>,
    hearing_outcome_received_on: Option<NaiveDate>,
}

impl GivenReview<'_> {
    /// As the rules read it.
    pub(crate) fn facts(&self) -> ParoleReview<'_> {
        ParoleReview {
            id: self.review_id,
            target_hearing_date: self.target_hearing_date,
            custody_report_due: self.custody_report_due,
            status: self.review_status.as_deref().map(ReviewStatus),
            outcome: self.hearing_outcome.as_deref().map(HearingOutcome),
            outcome_received_on: self.hearing_outcome_received_on,
        }
    }
}

/// An early allocation assessment as stored, but for its answers.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenAssessment {
    created_at: DateTime<Utc>,
    created_within_referral_window: bool,
    community_decision: Option<bool>,
    /// Where the case does not say, its answers do, by the rules of the present service.
    outcome: Option<Outcome>,
}

/// The assessments of a case, as the rules read them. Each is read twice: for how it stands, and for its answers.
///
/// # Errors
/// When one is of another shape.
pub(crate) fn assessments<'a>(
    question: &Question<'a>,
    given: &[&'a RawValue],
) -> Result<Vec<Assessment>, BadCase> {
    let read = |(number, text): (usize, &&'a RawValue)| {
        let place = FactPath::Item("earlyAllocations", number);
        let standing: GivenAssessment = question.part(place, text)?;
        let answers: Answers = question.part(place, text)?;
        Ok(Assessment {
            created_at: standing.created_at,
            created_within_window: standing.created_within_referral_window,
            outcome: Outcome::of_saved(standing.outcome, &answers),
            community_decision: standing.community_decision,
        })
    };
    given.iter().enumerate().map(read).collect()
}

/// A calculation as stored.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recorded {
    responsibility: Responsibility,
    reason: Reason,
    handover_date: Option<NaiveDate>,
    handover_start_date: Option<NaiveDate>,
}

impl Recorded {
    /// The day on which the community becomes responsible.
    pub(crate) const fn handover_date(&self) -> Option<NaiveDate> {
        self.handover_date
    }
}

impl From<Recorded> for HandoverRecord {
    fn from(given: Recorded) -> Self {
        Self {
            responsibility: given.responsibility,
            reason: given.reason,
            handover_date: given.handover_date,
            start_date: given.handover_start_date,
        }
    }
}

impl From<HandoverRecord> for Recorded {
    fn from(record: HandoverRecord) -> Self {
        Self {
            responsibility: record.responsibility,
            reason: record.reason,
            handover_date: record.handover_date,
            handover_start_date: record.start_date,
        }
    }
}
