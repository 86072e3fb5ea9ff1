//! prisoner-search: what it writes about a prisoner, read as the facts of the rules.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveDate;
use commands::ports::{FactUnavailable, PRISONER_UNAVAILABLE, Prisoners};
use domain::{
    LegalStatus, NomsNumber, Personal, PrisonCode,
    prisoner::{PrisonerFacts, StatedDates},
};

use crate::{tolerant::Document, transport::UpstreamClient};

/// Facts about prisoners from prisoner-search.
#[derive(Debug, Clone)]
pub struct PrisonerSearch(Arc<UpstreamClient>);

impl PrisonerSearch {
    /// prisoner-search by this client.
    #[must_use]
    pub fn new(client: Arc<UpstreamClient>) -> Self {
        Self(client)
    }
}

#[async_trait]
impl Prisoners for PrisonerSearch {
    async fn prisoner(&self, noms: NomsNumber) -> Result<Option<PrisonerFacts>, FactUnavailable> {
        let document = self.0.get::<Document>(&format!("/prisoner/{noms}")).await;
        let Some(document) = document.map_err(|_| PRISONER_UNAVAILABLE)? else {
            return Ok(None);
        };
        facts(&document).map(Some).ok_or_else(|| {
            tracing::warn!(
                upstream = PRISONER_UNAVAILABLE.from,
                "an answer lacks a prisoner's name or date of birth"
            );
            PRISONER_UNAVAILABLE
        })
    }
}

/// The facts that the rules read: anything may be missing but the person, and there may be more.
fn facts(document: &Document) -> Option<PrisonerFacts> {
    let restricted_patient = document.flag("restrictedPatient").unwrap_or(false);
    let prison = prison(document, restricted_patient);
    let location = if restricted_patient {
        "dischargedHospitalDescription"
    } else {
        "cellLocation"
    };
    let dates: StatedDates = serde_json::from_value(document.dates()).unwrap_or_default();
    Some(PrisonerFacts {
        prison,
        arrived_on: arrived_on(document).filter(|_| prison.is_some()),
        first_name: Personal::Known(document.text("firstName")?),
        last_name: Personal::Known(document.text("lastName")?),
        date_of_birth: Personal::Known(document.date("dateOfBirth")?),
        location: document.text(location).map(Personal::Known),
        restricted_patient,
        legal_status: document
            .text("legalStatus")
            .map_or(LegalStatus::Unknown, |status| LegalStatus::from_upstream(&status)),
        imprisonment_status: document.text("imprisonmentStatus"),
        indeterminate: document.flag("indeterminateSentence").unwrap_or(false),
        recall: document.flag("recall").unwrap_or(false),
        dates: dates.effective(),
    })
}

/// The prison where they are counted; `OUT`, `TRN` and agencies that are no prisons are none.
fn prison(document: &Document, restricted_patient: bool) -> Option<PrisonCode> {
    let member = if restricted_patient {
        "supportingPrisonId"
    } else {
        "prisonId"
    };
    let code: PrisonCode = document.text(member)?.parse().ok()?;
    domain::prison(code).is_some().then_some(code)
}

/// The day of the last movement in. When something else happened since, such as a day in court, the later of leaving the
/// prison before and being admitted.
fn arrived_on(document: &Document) -> Option<NaiveDate> {
    let kind = document.text("lastMovementTypeCode");
    let moved_in = matches!(kind.as_deref(), Some("ADM" | "TRN"))
        && document.text("inOutStatus").as_deref() != Some("TRN");
    match document.date("lastMovementTime") {
        Some(day) if moved_in => Some(day),
        _ => document
            .date("previousPrisonLeavingDate")
            .max(document.date("lastAdmissionDate")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn document(members: &Value) -> Value {
        let mut document = json!({ "firstName": "A", "lastName": "B", "dateOfBirth": "2004-02-29" });
        document
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        document
    }

    fn read(document: Value) -> Option<PrisonerFacts> {
        super::facts(&serde_json::from_value(document).unwrap())
    }

    fn facts(members: &Value) -> PrisonerFacts {
        read(document(members)).unwrap()
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
    fn one_odd_member_leaves_the_others_as_they_are() {
        let sound = document(&json!({
            "prisonId": "LEI", "cellLocation": "A-1-1", "legalStatus": "SENTENCED", "recall": true,
            "imprisonmentStatus": "SENT03", "indeterminateSentence": true, "inOutStatus": "IN",
            "lastMovementTypeCode": "ADM", "lastMovementTime": "2026-05-04T10:00:00",
            "lastAdmissionDate": "2026-05-04", "restrictedPatient": false,
            "sentenceStartDate": "2026-01-01", "releaseDate": "2030-01-01", "tariffDate": "2029-01-01",
            "identifiers": [{ "type": "PNC", "value": null }], "alerts": null,
        }));
        let expected = read(sound.clone()).unwrap();
        let members: Vec<_> = sound.as_object().unwrap().keys().cloned().collect();
        let needed = ["firstName", "lastName", "dateOfBirth"];
        for member in members.iter().filter(|member| !needed.contains(&member.as_str())) {
            for odd in [
                json!(null),
                json!([]),
                json!({}),
                json!(-7.5),
                json!("?"),
                json!([{ "a": null }]),
            ] {
                let mut document = sound.clone();
                document[member] = odd.clone();
                let read = read(document).unwrap_or_else(|| panic!("{member}: {odd}"));
                assert_eq!(read.first_name, expected.first_name, "{member}: {odd}");
                let elsewhere = !["prisonId", "restrictedPatient"].contains(&member.as_str());
                assert!(!elsewhere || read.prison == expected.prison, "{member}: {odd}");
            }
        }
        for member in needed {
            let mut document = sound.clone();
            document[member] = json!(null);
            assert_eq!(read(document), None, "{member}");
        }
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
