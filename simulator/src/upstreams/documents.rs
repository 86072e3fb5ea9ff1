//! Prisoners and staff as upstream services write them down.

use domain::{Personal, PrisonCode, prisoner::PrisonerFacts};
use serde_json::{Map, Value, json};

use crate::{
    population::{SimulatedPrisoner, StaffMember},
    tokens::RegisteredUser,
};

/// The prisoner-search document of a prisoner; what is not known has no member.
pub(super) fn prisoner(prisoner: &SimulatedPrisoner) -> Map<String, Value> {
    let facts = &prisoner.facts;
    let mut document = json!({
        "prisonerNumber": prisoner.noms,
        "bookingId": (1_200_000_usize.saturating_add(prisoner.place)).to_string(),
        "firstName": known(&facts.first_name),
        "lastName": known(&facts.last_name),
        "dateOfBirth": known(&facts.date_of_birth),
        "legalStatus": facts.legal_status.code(),
        "imprisonmentStatus": facts.imprisonment_status,
        "indeterminateSentence": facts.indeterminate,
        "recall": facts.recall,
        "restrictedPatient": facts.restricted_patient,
        "lastPrisonId": facts.prison,
        "lastMovementTypeCode": "ADM",
        "lastMovementTime": facts.arrived_on.map(|day| format!("{day}T14:00:00")),
    });
    if let Value::Object(members) = &mut document {
        members.extend(whereabouts(facts));
        members.extend(dates(prisoner));
        members.retain(|_, value| !value.is_null());
        return std::mem::take(members);
    }
    Map::new()
}

fn whereabouts(facts: &PrisonerFacts) -> Map<String, Value> {
    if facts.restricted_patient {
        object([
            ("prisonId", json!("OUT")),
            ("supportingPrisonId", json!(facts.prison)),
            (
                "dischargedHospitalDescription",
                facts.location.as_ref().map_or(Value::Null, known),
            ),
            ("inOutStatus", json!("OUT")),
        ])
    } else {
        object([
            ("prisonId", json!(facts.prison)),
            ("cellLocation", facts.location.as_ref().map_or(Value::Null, known)),
            ("inOutStatus", json!("IN")),
        ])
    }
}

fn dates(prisoner: &SimulatedPrisoner) -> Map<String, Value> {
    let dates = &prisoner.facts.dates;
    let mut members = object([
        ("sentenceStartDate", json!(dates.sentence_start)),
        ("releaseDate", json!(dates.release)),
        ("conditionalReleaseDate", json!(dates.conditional_release)),
        ("automaticReleaseDate", json!(dates.automatic_release)),
        (
            "homeDetentionCurfewEligibilityDate",
            json!(dates.home_detention_curfew_eligibility),
        ),
        (
            "homeDetentionCurfewActualDate",
            json!(dates.home_detention_curfew_actual),
        ),
        ("paroleEligibilityDate", json!(dates.parole_eligibility)),
        ("tariffDate", json!(dates.tariff)),
        ("sentenceExpiryDate", json!(dates.sentence_expiry)),
        ("licenceExpiryDate", json!(dates.licence_expiry)),
        ("postRecallReleaseDate", json!(dates.post_recall_release)),
        ("actualParoleDate", json!(dates.approved_parole)),
    ]);
    // Some sentences were corrected by hand: the calculated date stays in the document beside the one that counts.
    if let Some(corrected) = dates.conditional_release.filter(|_| prisoner.place % 7 == 3) {
        let calculated = corrected.pred_opt().unwrap_or(corrected);
        members.extend(object([
            ("conditionalReleaseDate", json!(calculated)),
            ("conditionalReleaseOverrideDate", json!(corrected)),
        ]));
    }
    members
}

/// The nomis-user-roles account of a member of staff.
pub(super) fn staff(member: &StaffMember) -> Value {
    json!({
        "staffId": member.staff_id,
        "firstName": member.forename,
        "lastName": member.surname,
        "status": "ACTIVE",
        "primaryEmail": member.email,
        "generalAccount": general_account(&member.username, &member.caseloads),
    })
}

/// The nomis-user-roles answer to a user name.
pub(super) fn user(member: &StaffMember) -> Value {
    json!({
        "username": member.username,
        "staffId": member.staff_id,
        "firstName": member.forename,
        "lastName": member.surname,
        "enabled": true,
        "primaryEmail": member.email,
        "activeCaseloadId": member.caseloads.first(),
        "dpsRoleCodes": role_codes(&member.authorities),
    })
}

/// A registered person as a member of staff, so that both are written down alike.
pub(super) fn as_staff(username: &str, user: RegisteredUser) -> StaffMember {
    let name = user.name.unwrap_or_else(|| username.to_owned());
    let (forename, surname) = name.rsplit_once(' ').unwrap_or(("", &name));
    StaffMember {
        staff_id: user.staff_id,
        username: username.to_owned(),
        forename: forename.to_uppercase(),
        surname: surname.to_uppercase(),
        email: format!("{}@justice.gov.invalid", username.to_lowercase()),
        caseloads: user.caseloads,
        authorities: user.authorities,
    }
}

fn general_account(username: &str, caseloads: &[PrisonCode]) -> Value {
    let written = |code: &PrisonCode| json!({ "id": code, "name": domain::prison(*code).map(|p| p.name) });
    json!({
        "username": username,
        "active": true,
        "activeCaseload": caseloads.first().map(written),
        "caseloads": caseloads.iter().map(written).collect::<Vec<_>>(),
    })
}

fn role_codes(authorities: &[String]) -> Vec<&str> {
    authorities
        .iter()
        .map(|role| role.strip_prefix("ROLE_").unwrap_or(role))
        .collect()
}

fn known<T: serde::Serialize>(value: &Personal<T>) -> Value {
    json!(value.known())
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
