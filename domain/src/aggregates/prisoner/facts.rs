//! The facts about a prisoner that the rules read. Allocation rules 5.1 and 5.2.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{LegalStatus, Personal, PrisonCode};

/// Facts observed from prisoner-search. Absent means that the source does not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrisonerFacts {
    /// Sealed.
    pub first_name: Personal<String>,
    /// Sealed.
    pub last_name: Personal<String>,
    /// Sealed.
    pub date_of_birth: Personal<NaiveDate>,
    /// Where the prisoner is counted: their prison, or for a restricted patient the prison that supports them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prison: Option<PrisonCode>,
    /// When they came to that prison: the London date of the movement in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived_on: Option<NaiveDate>,
    /// The cell, or for a restricted patient the hospital; sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Personal<String>>,
    /// In hospital under the Mental Health Act.
    #[serde(default)]
    pub restricted_patient: bool,
    /// Legal status.
    pub legal_status: LegalStatus,
    /// Imprisonment status code, such as `DET` for immigration cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imprisonment_status: Option<String>,
    /// Serving an indeterminate sentence.
    #[serde(default)]
    pub indeterminate: bool,
    /// Recalled from licence.
    #[serde(default)]
    pub recall: bool,
    /// The sentence's dates.
    #[serde(default)]
    pub dates: SentenceDates,
}

/// Dates of a sentence, all London calendar dates. Overrides are already applied. Allocation rules 5.2.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SentenceDates {
    /// Start of the sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentence_start: Option<NaiveDate>,
    /// Release as prisoner-search computes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<NaiveDate>,
    /// Conditional release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditional_release: Option<NaiveDate>,
    /// Automatic release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automatic_release: Option<NaiveDate>,
    /// Home detention curfew, eligible from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_detention_curfew_eligibility: Option<NaiveDate>,
    /// Home detention curfew, actual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_detention_curfew_actual: Option<NaiveDate>,
    /// Parole eligibility.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parole_eligibility: Option<NaiveDate>,
    /// Tariff end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tariff: Option<NaiveDate>,
    /// Sentence expiry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentence_expiry: Option<NaiveDate>,
    /// Licence expiry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence_expiry: Option<NaiveDate>,
    /// Release after recall.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_recall_release: Option<NaiveDate>,
    /// Parole approved for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_parole: Option<NaiveDate>,
}
