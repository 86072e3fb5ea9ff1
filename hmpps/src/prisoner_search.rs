//! prisoner-search: what it writes about a prisoner, read as the facts of the rules.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{NaiveDate, NaiveDateTime};
use commands::ports::{FactUnavailable, Prisoners};
use domain::{
    LegalStatus, NomsNumber, Personal, PrisonCode,
    prisoner::{PrisonerFacts, StatedDates},
};
use serde::Deserialize;

use crate::client::Upstream;

/// The service as health reports and messages name it.
const NAME: &str = "prisoner-search";

/// Facts about prisoners from prisoner-search.
#[derive(Debug, Clone)]
pub struct PrisonerSearch(Arc<Upstream>);

impl PrisonerSearch {
    /// Prisoner-search behind an upstream.
    #[must_use]
    pub fn new(upstream: Arc<Upstream>) -> Self {
        Self(upstream)
    }
}

#[async_trait]
impl Prisoners for PrisonerSearch {
    async fn prisoner(&self, noms: NomsNumber) -> Result<Option<PrisonerFacts>, FactUnavailable> {
        let document = self.0.get::<Document>(&format!("/prisoner/{noms}")).await;
        match document {
            Ok(document) => Ok(document.map(PrisonerFacts::from)),
            Err(_) => Err(FactUnavailable {
                what: "the prisoner",
                from: NAME,
            }),
        }
    }
}

/// The members that the rules read; anything may be missing but the person, and there may be more.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    first_name: String,
    last_name: String,
    date_of_birth: NaiveDate,
    prison_id: Option<String>,
    supporting_prison_id: Option<String>,
    restricted_patient: Option<bool>,
    discharged_hospital_description: Option<String>,
    cell_location: Option<String>,
    legal_status: Option<String>,
    imprisonment_status: Option<String>,
    indeterminate_sentence: Option<bool>,
    recall: Option<bool>,
    in_out_status: Option<String>,
    last_movement_type_code: Option<String>,
    last_movement_time: Option<NaiveDateTime>,
    last_admission_date: Option<NaiveDate>,
    previous_prison_leaving_date: Option<NaiveDate>,
    #[serde(flatten)]
    dates: StatedDates,
}

impl From<Document> for PrisonerFacts {
    fn from(document: Document) -> Self {
        let restricted_patient = document.restricted_patient.unwrap_or(false);
        let prison = document.prison();
        Self {
            prison,
            arrived_on: document.arrived_on().filter(|_| prison.is_some()),
            first_name: Personal::Known(document.first_name),
            last_name: Personal::Known(document.last_name),
            date_of_birth: Personal::Known(document.date_of_birth),
            location: if restricted_patient {
                document.discharged_hospital_description
            } else {
                document.cell_location
            }
            .map(Personal::Known),
            restricted_patient,
            legal_status: document
                .legal_status
                .map_or(LegalStatus::Unknown, |status| LegalStatus::from_upstream(&status)),
            imprisonment_status: document.imprisonment_status,
            indeterminate: document.indeterminate_sentence.unwrap_or(false),
            recall: document.recall.unwrap_or(false),
            dates: document.dates.effective(),
        }
    }
}

impl Document {
    /// The prison where they are counted; `OUT`, `TRN` and agencies that are no prisons are none.
    fn prison(&self) -> Option<PrisonCode> {
        let code = if self.restricted_patient == Some(true) {
            &self.supporting_prison_id
        } else {
            &self.prison_id
        };
        code.as_deref()?
            .parse()
            .ok()
            .filter(|code| domain::prison(*code).is_some())
    }

    /// The day of the last movement in. When something else happened since, such as a day in court, the later of
    /// leaving the prison before and being admitted.
    fn arrived_on(&self) -> Option<NaiveDate> {
        let moved_in = matches!(self.last_movement_type_code.as_deref(), Some("ADM" | "TRN"))
            && self.in_out_status.as_deref() != Some("TRN");
        match self.last_movement_time {
            Some(time) if moved_in => Some(time.date()),
            _ => self.previous_prison_leaving_date.max(self.last_admission_date),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn facts(members: &Value) -> PrisonerFacts {
        let mut document = json!({ "firstName": "A", "lastName": "B", "dateOfBirth": "2004-02-29" });
        document
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        serde_json::from_value::<Document>(document).unwrap().into()
    }

    fn date(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    #[test]
    fn a_bare_document_and_unknown_values_are_read() {
        let bare = facts(&json!({}));
        assert_eq!(
            (bare.legal_status, bare.prison, bare.arrived_on),
            (LegalStatus::Unknown, None, None)
        );
        assert_eq!(bare.adult_on(), date("2022-03-01"));
        let odd = facts(&json!({ "legalStatus": "NEVER_HEARD_OF", "prisonId": "TRN", "more": [1] }));
        assert_eq!((odd.legal_status, odd.prison), (LegalStatus::Other, None));
    }

    #[test]
    fn dates_corrected_by_hand_win() {
        let dates = facts(&json!({
            "conditionalReleaseDate": "2030-01-01", "conditionalReleaseOverrideDate": "2030-01-02",
            "automaticReleaseDate": "2030-02-01", "automaticReleaseOverrideDate": "2030-02-02",
            "postRecallReleaseDate": "2030-03-01", "postRecallReleaseOverrideDate": "2030-03-02",
        }))
        .dates;
        assert_eq!(dates.conditional_release, date("2030-01-02"));
        assert_eq!(dates.automatic_release, date("2030-02-02"));
        assert_eq!(dates.post_recall_release, date("2030-03-02"));
    }

    #[test]
    fn a_restricted_patient_is_counted_where_they_are_supported() {
        let patient = facts(&json!({
            "restrictedPatient": true, "prisonId": "OUT", "supportingPrisonId": "LEI",
            "cellLocation": "A-1-1", "dischargedHospitalDescription": "Rampton",
        }));
        assert_eq!(patient.prison, "LEI".parse().ok());
        assert_eq!(
            patient
                .location
                .as_ref()
                .and_then(Personal::known)
                .map(String::as_str),
            Some("Rampton")
        );
    }

    #[test]
    fn arrival_is_the_movement_in_whatever_came_since() {
        let straight = json!({
            "prisonId": "LEI", "lastMovementTypeCode": "TRN", "inOutStatus": "IN",
            "lastMovementTime": "2026-05-04T23:30:00", "lastAdmissionDate": "2025-01-01",
        });
        assert_eq!(facts(&straight).arrived_on, date("2026-05-04"));
        let back_from_court = json!({
            "prisonId": "LEI", "lastMovementTypeCode": "CRT", "lastMovementTime": "2026-05-04T16:00:00",
            "lastAdmissionDate": "2025-01-01", "previousPrisonLeavingDate": "2025-06-01",
        });
        assert_eq!(facts(&back_from_court).arrived_on, date("2025-06-01"));
    }
}
