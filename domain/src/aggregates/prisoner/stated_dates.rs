//! Dates of a sentence as prisoner-search states them: as calculated, and as corrected by hand.

use chrono::NaiveDate;
use serde::Deserialize;

use super::SentenceDates;

/// London calendar dates as prisoner-search states them. Handover rules 2.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "named as prisoner-search names them")]
pub struct StatedDates {
    sentence_start_date: Option<NaiveDate>,
    release_date: Option<NaiveDate>,
    conditional_release_date: Option<NaiveDate>,
    conditional_release_override_date: Option<NaiveDate>,
    automatic_release_date: Option<NaiveDate>,
    automatic_release_override_date: Option<NaiveDate>,
    home_detention_curfew_eligibility_date: Option<NaiveDate>,
    home_detention_curfew_actual_date: Option<NaiveDate>,
    parole_eligibility_date: Option<NaiveDate>,
    tariff_date: Option<NaiveDate>,
    sentence_expiry_date: Option<NaiveDate>,
    licence_expiry_date: Option<NaiveDate>,
    post_recall_release_date: Option<NaiveDate>,
    post_recall_release_override_date: Option<NaiveDate>,
    actual_parole_date: Option<NaiveDate>,
}

impl StatedDates {
    /// With each correction in the place of what it corrects. Handover rules 2.
    #[must_use]
    pub fn effective(&self) -> SentenceDates {
        SentenceDates {
            sentence_start: self.sentence_start_date,
            release: self.release_date,
            conditional_release: self
                .conditional_release_override_date
                .or(self.conditional_release_date),
            automatic_release: self
                .automatic_release_override_date
                .or(self.automatic_release_date),
            home_detention_curfew_eligibility: self.home_detention_curfew_eligibility_date,
            home_detention_curfew_actual: self.home_detention_curfew_actual_date,
            parole_eligibility: self.parole_eligibility_date,
            tariff: self.tariff_date,
            sentence_expiry: self.sentence_expiry_date,
            licence_expiry: self.licence_expiry_date,
            post_recall_release: self
                .post_recall_release_override_date
                .or(self.post_recall_release_date),
            approved_parole: self.actual_parole_date,
        }
    }
}
