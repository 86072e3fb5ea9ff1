//! `parole`: which review counts, how its result reads, and what the register's file and the staff make of it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{
    handover::{RulesVersion, is_far, last_completed, parole_refusal, target_hearing},
    parole::{
        FileDateFormat, HearingOutcome, ParoleDates, ParoleHistory, Register, RegisterRow, RegisteredReview,
        ReviewKey, ReviewStatus, accept_outcome_date, current_outcome, historic_outcome, import,
        stored_outcome_date,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    given::{GivenDates, GivenReview},
    reading::list,
    rule::{BadCase, PolicyRule, Question as Asked, Reply},
};

/// Answers about parole.
pub(super) struct Parole;

impl PolicyRule for Parole {
    fn name(&self) -> &'static str {
        "parole"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "parole_review",
            "parole_format",
            "parole_import",
            "outcome_date_entry",
            "outcome_date_stored",
        ]
    }

    fn answer(&self, asked: &Asked<'_>, reply: &mut Reply) -> Result<(), BadCase> {
        reply.say(&match asked.kind {
            "parole_review" => reviews(&asked.given()?, asked)?,
            "parole_format" => words(&asked.given()?),
            "parole_import" => imported(asked.given()?, asked.rules),
            "outcome_date_stored" => stored(&asked.given()?, asked)?,
            _ => outcome_date(&asked.given()?, asked)?,
        })
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenReviews<'a> {
    prisoner: GivenDates,
    #[serde(borrow, deserialize_with = "list")]
    parole_reviews: Vec<GivenReview<'a>>,
}

fn reviews(given: &GivenReviews<'_>, asked: &Asked<'_>) -> Result<Value, BadCase> {
    let (at, rules) = (asked.moment()?, asked.rules);
    let dates = given.prisoner.effective();
    let reviews: Vec<_> = given.parole_reviews.iter().map(GivenReview::facts).collect();
    let hearing = target_hearing(&reviews, dates.sentence_start);
    let history = ParoleHistory::new(&reviews);
    let next = ParoleDates {
        tariff: dates.tariff,
        parole_eligibility: dates.parole_eligibility,
        target_hearing: hearing,
    }
    .next(at, rules);
    Ok(json!({
        "targetHearingDate": hearing,
        "thd12OrMoreMonthsAway": hearing.is_some_and(|hearing| is_far(hearing, at, rules)),
        "currentReview": history.current(at, rules).map(|review| review.id),
        "previousReviews": history.previous(at, rules).map(|review| review.id).collect::<Vec<_>>(),
        "mostRecentReview": history.most_recent().map(|review| review.id),
        "mostRecentCompletedForSentence": last_completed(&reviews, dates.sentence_start, rules).map(|review| review.id),
        "paroleOutcomeNotRelease": parole_refusal(&reviews, dates.sentence_start, rules).is_some(),
        "hearingOutcomeDateTask": history.lacking_received_date().map(|review| review.id),
        "approachingParole": next.is_some(),
        "nextParoleDate": next.map(|next| next.date),
        "nextParoleDateType": next.map(|next| next.kind),
    }))
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenWords {
    hearing_outcome: Option<String>,
    review_status: Option<String>,
}

fn words(given: &GivenWords) -> Value {
    let outcome = given.hearing_outcome.as_deref().map(HearingOutcome);
    let status = given.review_status.as_deref().map(ReviewStatus);
    json!({
        "noHearingOutcome": outcome.is_none_or(HearingOutcome::is_none),
        "asCurrent": current_outcome(outcome),
        "asHistoric": historic_outcome(outcome),
        "active": status.is_some_and(ReviewStatus::is_active),
        "cancelled": status.is_some_and(ReviewStatus::is_cancelled),
        "isRelease": outcome.is_some_and(HearingOutcome::is_release),
    })
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenImport {
    #[serde(deserialize_with = "list")]
    known_offenders: BTreeSet<String>,
    #[serde(deserialize_with = "list")]
    existing: Vec<Registered>,
    #[serde(deserialize_with = "list")]
    rows: Vec<GivenRow>,
}

/// A review as kept, with its key.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registered {
    review_id: i64,
    nomis_id: String,
    target_hearing_date: Option<NaiveDate>,
    custody_report_due: Option<NaiveDate>,
    review_status: Option<String>,
    hearing_outcome: Option<String>,
    hearing_outcome_received_on: Option<NaiveDate>,
    review_type: Option<String>,
}

impl From<Registered> for (ReviewKey, RegisteredReview) {
    fn from(given: Registered) -> Self {
        let key = ReviewKey {
            nomis_id: given.nomis_id,
            review_id: given.review_id,
        };
        let review = RegisteredReview {
            target_hearing_date: given.target_hearing_date,
            custody_report_due: given.custody_report_due,
            status: given.review_status,
            outcome: given.hearing_outcome,
            outcome_received_on: given.hearing_outcome_received_on,
            review_type: given.review_type,
        };
        (key, review)
    }
}

impl From<(ReviewKey, RegisteredReview)> for Registered {
    fn from((key, review): (ReviewKey, RegisteredReview)) -> Self {
        Self {
            review_id: key.review_id,
            nomis_id: key.nomis_id,
            target_hearing_date: review.target_hearing_date,
            custody_report_due: review.custody_report_due,
            review_status: review.status,
            hearing_outcome: review.outcome,
            hearing_outcome_received_on: review.outcome_received_on,
            review_type: review.review_type,
        }
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenRow {
    nomis_id: Option<String>,
    review_id: Option<String>,
    review_date: Option<String>,
    ms13_target_date: Option<String>,
    review_status: Option<String>,
    final_result: Option<String>,
    review_type: Option<String>,
    snapshot_date: NaiveDate,
    row_number: u32,
    single_day_snapshot: bool,
}

impl GivenRow {
    fn facts(&self) -> RegisterRow<'_> {
        RegisterRow {
            nomis_id: self.nomis_id.as_deref(),
            review_id: self.review_id.as_deref(),
            review_date: self.review_date.as_deref(),
            report_due: self.ms13_target_date.as_deref(),
            status: self.review_status.as_deref(),
            result: self.final_result.as_deref(),
            review_type: self.review_type.as_deref(),
            snapshot: self.snapshot_date,
            number: self.row_number,
            format: if self.single_day_snapshot {
                FileDateFormat::Daily
            } else {
                FileDateFormat::Historic
            },
        }
    }
}

fn imported(given: GivenImport, rules: RulesVersion) -> Value {
    let mut register: Register = given.existing.into_iter().map(Into::into).collect();
    let rows: Vec<_> = given.rows.iter().map(GivenRow::facts).collect();
    let counts = import(
        &mut register,
        &rows,
        |prisoner| given.known_offenders.contains(prisoner),
        rules,
    );
    json!({
        "reviews": register.into_iter().map(Registered::from).collect::<Vec<_>>(),
        "counts": {
            "totalCount": counts.rows,
            "processedCount": counts.rows,
            "paroleReviewsCreatedCount": counts.created,
            "paroleReviewsUpdatedCount": counts.updated,
            "blankImportKeysCount": counts.blank_keys,
            "noOffenderCount": counts.unknown_prisoners,
            "otherErrorCount": counts.errors,
        },
        "unprocessedRows": 0,
    })
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenOutcomeDate {
    hearing_outcome_received_on: Option<NaiveDate>,
}

fn outcome_date(given: &GivenOutcomeDate, asked: &Asked<'_>) -> Result<Value, BadCase> {
    let refusal = accept_outcome_date(given.hearing_outcome_received_on, asked.moment()?.today()).err();
    Ok(json!({
        "valid": refusal.is_none(),
        "errors": Vec::from_iter(refusal.map(|refusal| refusal.to_string())),
    }))
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, serde::Serialize))]
#[serde(rename_all = "camelCase")]
struct GivenEntry {
    before: Option<NaiveDate>,
    entered: Option<NaiveDate>,
}

fn stored(given: &GivenEntry, asked: &Asked<'_>) -> Result<Value, BadCase> {
    let today = asked.moment()?.today();
    Ok(json!({
        "accepted": accept_outcome_date(given.entered, today).is_ok(),
        "stored": stored_outcome_date(given.before, given.entered, today, asked.rules),
    }))
}
