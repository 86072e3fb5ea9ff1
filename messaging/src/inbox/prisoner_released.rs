//! `prisoner-offender-search.prisoner.released`: a prisoner left a prison, for good or only for a while.

use chrono::{DateTime, Duration, Utc};
use commands::{
    NomsNumber, PrisonCode,
    operations::{Departure, RecordDeparture},
};
use serde::Deserialize;

use super::{Malformed, instant::instant};

/// How far another service's clock may be ahead of ours.
const CLOCK_TOLERANCE: Duration = Duration::minutes(5);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    occurred_at: Option<String>,
    additional_information: Option<Information>,
    person_reference: Option<PersonReference>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Information {
    noms_number: Option<String>,
    prison_id: Option<String>,
    reason: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PersonReference {
    identifiers: Vec<Identifier>,
}

#[derive(Deserialize)]
struct Identifier {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

/// The departure that a message tells of; none when the prisoner is expected back.
///
/// # Errors
/// When the message does not say who left which prison when.
pub(crate) fn departure(body: &str, now: DateTime<Utc>) -> Result<Option<RecordDeparture>, Malformed> {
    let body: Body = serde_json::from_str(body).map_err(|_| Malformed::NotJson)?;
    let information = body.additional_information.unwrap_or_default();
    let departure = match information.reason.as_deref() {
        Some("RELEASED") => Departure::Release,
        Some("TRANSFERRED") => Departure::Transfer,
        Some(_) => return Ok(None),
        None => return Err(Malformed::Missing("reason")),
    };
    let prison = information
        .prison_id
        .as_deref()
        .ok_or(Malformed::Missing("prisonId"))?;
    let left_at = instant(
        body.occurred_at
            .as_deref()
            .ok_or(Malformed::Missing("occurredAt"))?,
    )?;
    if left_at.signed_duration_since(now) > CLOCK_TOLERANCE {
        return Err(Malformed::InTheFuture);
    }
    Ok(Some(RecordDeparture {
        noms: noms(&information, body.person_reference.as_ref())?,
        from_prison: prison
            .parse::<PrisonCode>()
            .map_err(|_| Malformed::NotAPrisonCode)?,
        left_at,
        departure,
    }))
}

/// The prisoner, by whichever of the two members is there; both must agree.
fn noms(information: &Information, reference: Option<&PersonReference>) -> Result<NomsNumber, Malformed> {
    let identifiers = reference
        .map(|reference| reference.identifiers.as_slice())
        .unwrap_or_default();
    let referred = identifiers
        .iter()
        .find(|id| id.kind == "NOMS")
        .map(|id| &id.value);
    let number = match (&information.noms_number, referred) {
        (Some(informed), Some(referred)) if informed != referred => return Err(Malformed::TwoNomsNumbers),
        (Some(number), _) | (None, Some(number)) => number,
        (None, None) => return Err(Malformed::Missing("NOMS number")),
    };
    number.parse().map_err(|_| Malformed::NotANomsNumber)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    fn body(reason: &str) -> Value {
        json!({
            "eventType": "prisoner-offender-search.prisoner.released",
            "occurredAt": "2026-03-02T09:07:15.624796498Z",
            "additionalInformation": { "nomsNumber": "A1234BC", "prisonId": "LEI", "reason": reason },
            "personReference": { "identifiers": [{ "type": "NOMS", "value": "A1234BC" }] },
        })
    }

    fn without(mut body: Value, pointer: &str, member: &str) -> Value {
        body.pointer_mut(pointer)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove(member);
        body
    }

    fn read(body: &Value) -> Result<Option<RecordDeparture>, Malformed> {
        departure(&body.to_string(), now())
    }

    #[test]
    fn only_releases_and_transfers_end_a_stay() {
        let kind = |reason| read(&body(reason)).unwrap().map(|left| left.departure);
        assert_eq!(kind("RELEASED"), Some(Departure::Release));
        assert_eq!(kind("TRANSFERRED"), Some(Departure::Transfer));
        for reason in [
            "TEMPORARY_ABSENCE_RELEASE",
            "RELEASED_TO_HOSPITAL",
            "SENT_TO_COURT",
            "NEW_REASON",
        ] {
            assert_eq!(kind(reason), None, "{reason}");
        }
    }

    #[test]
    fn the_prisoner_is_named_by_either_member() {
        let informed = without(body("RELEASED"), "", "personReference");
        let referred = without(body("RELEASED"), "/additionalInformation", "nomsNumber");
        for body in [informed, referred] {
            assert_eq!(read(&body).unwrap().unwrap().noms.as_str(), "A1234BC");
        }
    }

    #[test]
    fn what_cannot_be_acted_on_says_why() {
        let changed = |pointer: &str, value: &str| {
            let mut body = body("RELEASED");
            *body.pointer_mut(pointer).unwrap() = json!(value);
            read(&body).unwrap_err()
        };
        assert_eq!(
            changed("/additionalInformation/nomsNumber", "A9999ZZ"),
            Malformed::TwoNomsNumbers
        );
        assert_eq!(
            changed("/additionalInformation/prisonId", "Leeds"),
            Malformed::NotAPrisonCode
        );
        assert_eq!(changed("/occurredAt", "today"), Malformed::NotATime);
        assert_eq!(
            changed("/occurredAt", "2026-03-02T12:06:00Z"),
            Malformed::InTheFuture
        );
        let silent = |pointer, member| read(&without(body("RELEASED"), pointer, member)).unwrap_err();
        assert_eq!(silent("", "occurredAt"), Malformed::Missing("occurredAt"));
        assert_eq!(
            silent("/additionalInformation", "prisonId"),
            Malformed::Missing("prisonId")
        );
        assert_eq!(
            silent("/additionalInformation", "reason"),
            Malformed::Missing("reason")
        );
        assert_eq!(departure("[]", now()).unwrap_err(), Malformed::NotJson);
        assert_eq!(departure("{}", now()).unwrap_err(), Malformed::Missing("reason"));
    }
}
