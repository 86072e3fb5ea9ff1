//! What a row of the parole register's file makes of a review. Handover rules 9.5.

use chrono::NaiveDate;

use super::{
    file_date::{FileDateFormat, UnreadableDate},
    review::{HearingOutcome, ParoleReview, ResultMeaning, ReviewStatus},
};
use crate::handover::{Departure, RulesVersion};

/// A row of the file, as text. Blank is as good as absent, but for the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegisterRow<'a> {
    /// `NOMIS ID`: the prisoner.
    pub nomis_id: Option<&'a str>,
    /// `Review ID`.
    pub review_id: Option<&'a str>,
    /// `Review Date`: the day of the hearing.
    pub review_date: Option<&'a str>,
    /// `MS 13 Target Date`: the day by which the prison's report is due.
    pub report_due: Option<&'a str>,
    /// `Review Status`.
    pub status: Option<&'a str>,
    /// `Final Result (Review)`.
    pub result: Option<&'a str>,
    /// `Review Type`.
    pub review_type: Option<&'a str>,
    /// The day that the file describes, London calendar date.
    pub snapshot: NaiveDate,
    /// Its place in the file, from 1.
    pub number: u32,
    /// Which file: a daily one, or the historic one.
    pub format: FileDateFormat,
}

/// What names a review: the prisoner and the register's number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReviewKey {
    /// The prisoner.
    pub nomis_id: String,
    /// The register's number.
    pub review_id: i64,
}

/// A review as the files, and where its receipt is entered the staff, made it. Dates are London calendar dates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegisteredReview {
    /// The day for which the hearing is set.
    pub target_hearing_date: Option<NaiveDate>,
    /// The day by which the prison's report is due.
    pub custody_report_due: Option<NaiveDate>,
    /// The register's status.
    pub status: Option<String>,
    /// The register's result.
    pub outcome: Option<String>,
    /// The day on which the result was received.
    pub outcome_received_on: Option<NaiveDate>,
    /// The register's type.
    pub review_type: Option<String>,
}

/// Why a row was passed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowRefusal {
    /// It does not say which review of whom.
    #[error("the row has no review id or no NOMIS id")]
    BlankKey,
    /// The service does not deal with the prisoner.
    #[error("the row's prisoner is not known")]
    UnknownPrisoner,
    /// The review's number is none.
    #[error("'{0}' is not a review id: correct it in the register")]
    ReviewId(String),
    /// One of its dates is none.
    #[error(transparent)]
    Date(#[from] UnreadableDate),
}

impl RegisterRow<'_> {
    /// The review that the row is about.
    ///
    /// # Errors
    /// When it names none, or one of a prisoner who is not `known`.
    pub fn key(&self, known: impl FnOnce(&str) -> bool) -> Result<ReviewKey, RowRefusal> {
        let (Some(review), Some(prisoner)) = (present(self.review_id), present(self.nomis_id)) else {
            return Err(RowRefusal::BlankKey);
        };
        let nomis_id = prisoner.replace('.', "");
        if !known(&nomis_id) {
            return Err(RowRefusal::UnknownPrisoner);
        }
        let review_id = review
            .parse()
            .map_err(|_| RowRefusal::ReviewId(review.to_owned()))?;
        Ok(ReviewKey { nomis_id, review_id })
    }

    /// The review after the row, given what it was `before`.
    ///
    /// # Errors
    /// When one of the row's dates cannot be read.
    pub fn review(
        &self,
        before: Option<&RegisteredReview>,
        rules: RulesVersion,
    ) -> Result<RegisteredReview, RowRefusal> {
        Ok(RegisteredReview {
            target_hearing_date: self.date(self.review_date, rules)?,
            custody_report_due: self.date(self.report_due, rules)?,
            status: self.status.map(str::to_owned),
            outcome: self.result.map(str::to_owned),
            outcome_received_on: self.received_on(before, rules),
            review_type: self.review_type.map(str::to_owned),
        })
    }

    fn date(&self, text: Option<&str>, rules: RulesVersion) -> Result<Option<NaiveDate>, UnreadableDate> {
        text.map_or(Ok(None), |text| self.format.read(text, rules))
    }

    /// When the result was received: what is known already, else the day of the daily file that first had a result. By
    /// departure what is known holds only for a result of the meaning that it was known of: the same in other
    /// words is no news, and leaves the day that staff entered. The historic file tells no days.
    fn received_on(&self, before: Option<&RegisteredReview>, rules: RulesVersion) -> Option<NaiveDate> {
        let known = before.and_then(|review| review.outcome_received_on);
        if self.format == FileDateFormat::Historic {
            return known;
        }
        let before = before.and_then(|review| review.outcome.as_deref());
        let meant = ResultMeaning::of(before.map(HearingOutcome));
        let corrected = rules.has(Departure::FileCorrectsOutcome)
            && meant != ResultMeaning::of(self.result.map(HearingOutcome));
        let is_news = corrected || meant == ResultMeaning::NoResult;

        known
            .filter(|_| !corrected)
            .or_else(|| (is_news && self.has_result(rules)).then_some(self.snapshot))
    }

    /// The present service takes a blank for a result.
    fn has_result(&self, rules: RulesVersion) -> bool {
        let result = self.result.map(HearingOutcome);
        if rules.has(Departure::BlankResultIsNoOutcome) {
            result.is_some_and(|result| !result.is_none())
        } else {
            result.is_none_or(|result| !result.is_not_given())
        }
    }
}

impl RegisteredReview {
    /// The review as the rules read it.
    #[must_use]
    pub fn facts(&self, review_id: i64) -> ParoleReview<'_> {
        ParoleReview {
            id: review_id,
            target_hearing_date: self.target_hearing_date,
            custody_report_due: self.custody_report_due,
            status: self.status.as_deref().map(ReviewStatus),
            outcome: self.outcome.as_deref().map(HearingOutcome),
            outcome_received_on: self.outcome_received_on,
        }
    }
}

fn present(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}
