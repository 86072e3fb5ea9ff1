//! `prisoner-offender-search.prisoner.released`: a prisoner left a prison, for good or only for a while.

use chrono::{DateTime, Duration, Utc};
use commands::{
    CommandBus, NomsNumber, PrisonCode, Refusal, Request,
    access::Principal,
    operations::{Departure, RecordDeparture},
};
use event_store::inbox::Disposition;
use uuid::Uuid;

use super::{
    super::{
        InboxError, Malformed, envelope::Delivery, instant::instant, mentioned::mentioned, tolerant::Json,
    },
    Handled,
};

/// Command ids of messages are made below this name, so that a repetition meets its receipt.
const NAMESPACE: Uuid = Uuid::from_u128(0x0199_c2f4_6f1e_7b52_9d3a_5e8c_41d7_a06b);

/// How far another service's clock may be ahead of ours.
const CLOCK_TOLERANCE: Duration = Duration::minutes(5);

const EXPECTED_BACK: &str = "the prisoner is expected back";
const ERASED: &str = "the person was erased";

/// Kept when somebody left for good.
pub(super) fn disposition(delivery: &Delivery, now: DateTime<Utc>) -> Disposition {
    match departure(&delivery.body, now) {
        Ok(Some(left)) => Disposition::Kept {
            person: left.noms.to_string(),
            occurred_at: Some(left.left_at),
        },
        Ok(None) => Disposition::Ignored {
            reason: EXPECTED_BACK,
        },
        Err(malformed) => Disposition::Parked {
            reason: malformed.to_string(),
            person: person(&delivery.body).map(|noms| noms.to_string()),
        },
    }
}

/// Ends the stay, if it has to end.
///
/// # Errors
/// When the message is not understood, or the command could not be done.
pub(super) async fn handle(bus: &CommandBus, delivery: &Delivery) -> Result<Handled, InboxError> {
    let Some(departure) = departure(&delivery.body, bus.now())? else {
        return Ok(Handled::Ignored(EXPECTED_BACK));
    };
    let left_at = departure.left_at;
    let command_id = command_id(delivery);
    let done = bus
        .execute(Request {
            command_id: Some(command_id),
            correlation_id: delivery.id.parse().unwrap_or(command_id),
            causation_id: Some(delivery.id.clone()),
            occurred_at: Some(left_at),
            ..Request::new(departure, Principal::system("inbox"))
        })
        .await;
    match done {
        Ok(done) if done.receipt.is_some() && !done.replayed() => Ok(Handled::Done),
        Ok(_) => Ok(Handled::Unchanged),
        Err(commands::CommandError::Refused(Refusal::PersonErased)) => Ok(Handled::Ignored(ERASED)),
        Err(error) => Err(error.into()),
    }
}

fn command_id(delivery: &Delivery) -> Uuid {
    Uuid::new_v5(&NAMESPACE, delivery.deduplication_id().as_bytes())
}

/// The departure that a message tells of; none when the prisoner is expected back.
///
/// # Errors
/// When the message does not say who left which prison when.
fn departure(body: &str, now: DateTime<Utc>) -> Result<Option<RecordDeparture>, Malformed> {
    let body = Json::parse(body)
        .filter(|body| body.is_object())
        .ok_or(Malformed::NotJson)?;
    let informed = |member| body.at(&["additionalInformation", member]).and_then(Json::text);
    let departure = match informed("reason").as_deref() {
        Some("RELEASED") => Departure::Release,
        Some("TRANSFERRED") => Departure::Transfer,
        Some("TEMPORARY_ABSENCE_RELEASE" | "RELEASED_TO_HOSPITAL" | "SENT_TO_COURT") => return Ok(None),
        Some(_) => return Err(Malformed::UnknownReason),
        None => return Err(Malformed::Missing("reason")),
    };
    let prison = informed("prisonId").ok_or(Malformed::Missing("prisonId"))?;
    let occurred_at = body.at(&["occurredAt"]).and_then(Json::text);
    let left_at = instant(&occurred_at.ok_or(Malformed::Missing("occurredAt"))?)?;
    if left_at.signed_duration_since(now) > CLOCK_TOLERANCE {
        return Err(Malformed::InTheFuture);
    }
    Ok(Some(RecordDeparture {
        noms: noms(body)?,
        from_prison: prison
            .parse::<PrisonCode>()
            .map_err(|_| Malformed::NotAPrisonCode)?,
        left_at,
        departure,
    }))
}

/// The prisoner of a message that is not understood, as far as one can be told.
fn person(body: &str) -> Option<NomsNumber> {
    match Json::parse(body) {
        Some(body) => noms(body).ok(),
        None => mentioned(body),
    }
}

/// The prisoner, by whatever member names one soundly; all that do must agree.
fn noms(body: Json<'_>) -> Result<NomsNumber, Malformed> {
    let informed = body.at(&["additionalInformation", "nomsNumber"]);
    let identifiers = body.at(&["personReference", "identifiers"]);
    let identifiers = identifiers.map(Json::items).unwrap_or_default();
    let member = |id: Json<'_>, name| id.at(&[name]).and_then(Json::text);
    let referred = identifiers
        .into_iter()
        .filter(|id| member(*id, "type").as_deref() == Some("NOMS"))
        .filter_map(|id| member(id, "value"));
    let named: Vec<String> = informed
        .and_then(Json::text)
        .into_iter()
        .chain(referred)
        .collect();
    let mut sound = named
        .iter()
        .filter_map(|number| number.parse::<NomsNumber>().ok());
    match sound.next() {
        Some(number) if sound.all(|other| other == number) => Ok(number),
        Some(_) => Err(Malformed::TwoNomsNumbers),
        None if named.is_empty() => Err(Malformed::Missing("NOMS number")),
        None => Err(Malformed::NotANomsNumber),
    }
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
        ] {
            assert_eq!(kind(reason), None, "{reason}");
        }
    }

    fn disposition_of(body: &str) -> Disposition {
        let delivery = Delivery {
            id: "m-1".to_owned(),
            event_type: None,
            is_control: false,
            body: body.to_owned(),
        };
        disposition(&delivery, now())
    }

    #[test]
    fn a_reason_that_is_not_known_is_not_taken_for_one_that_is() {
        for reason in [json!("NEW_REASON"), json!("released"), json!(5)] {
            let mut body = body("RELEASED");
            body["additionalInformation"]["reason"] = reason;
            let parked = Disposition::Parked {
                reason: "the message gives a reason for leaving that is not known".to_owned(),
                person: Some("A1234BC".to_owned()),
            };
            assert_eq!(disposition_of(&body.to_string()), parked);
        }
    }

    #[test]
    fn a_member_that_is_not_needed_only_has_to_be_json() {
        let nested = format!("{}{}", "[".repeat(200), "]".repeat(200));
        let sound = body("RELEASED").to_string();
        for odd in ["1e999", &"9".repeat(4000), r#""\ud800""#, &nested] {
            let member = format!(r#"{{"x":{odd},"#);
            let left = departure(&sound.replace('{', &member), now());
            let left = left.unwrap_or_else(|e| panic!("{odd:.40}: {e}")).unwrap();
            assert_eq!(
                (left.noms.as_str(), left.from_prison.as_str()),
                ("A1234BC", "LEI")
            );
        }
    }

    #[test]
    fn a_message_that_breaks_off_is_parked_under_the_prisoner_whom_it_mentions() {
        let sound = body("RELEASED").to_string();
        let parked = Disposition::Parked {
            reason: Malformed::NotJson.to_string(),
            person: Some("A1234BC".to_owned()),
        };
        assert_eq!(disposition_of(sound.strip_suffix('}').unwrap()), parked);
    }

    #[test]
    fn the_prisoner_is_named_by_either_member() {
        let informed = without(body("RELEASED"), "", "personReference");
        let referred = without(body("RELEASED"), "/additionalInformation", "nomsNumber");
        for body in [informed, referred] {
            assert_eq!(read(&body).unwrap().unwrap().noms.as_str(), "A1234BC");
        }
    }

    /// Members that are not as agreed, each beside all that is needed.
    #[test]
    fn an_odd_member_is_no_obstacle_while_what_is_needed_is_sound() {
        let sound = json!({ "type": "NOMS", "value": "A1234BC" });
        for (pointer, odd) in [
            ("/personReference", json!(null)),
            ("/personReference", json!([])),
            ("/personReference/identifiers", json!(null)),
            ("/personReference/identifiers", json!({})),
            ("/personReference/identifiers", sound.clone()),
            (
                "/personReference/identifiers",
                json!([{ "type": "PNC", "value": null }, sound]),
            ),
            ("/personReference/identifiers", json!([{ "type": "PNC" }, sound])),
            (
                "/personReference/identifiers",
                json!([{ "value": "12/34" }, sound]),
            ),
            (
                "/personReference/identifiers",
                json!([null, 7, "NOMS", [], sound]),
            ),
            (
                "/personReference/identifiers",
                json!([{ "type": null, "value": {} }, sound]),
            ),
            (
                "/personReference/identifiers",
                json!([{ "type": "NOMS", "value": null }, sound]),
            ),
            (
                "/personReference/identifiers",
                json!([{ "type": "NOMS", "value": null }]),
            ),
            ("/additionalInformation/nomsNumber", json!(null)),
            ("/additionalInformation/nomsNumber", json!("")),
            ("/additionalInformation/nomsNumber", json!(1234)),
            ("/additionalInformation/nomsNumber", json!(" A1234BC ")),
            (
                "/additionalInformation/nomisMovementReasonCode",
                json!({ "code": 7 }),
            ),
            ("/additionalInformation/details", json!([null])),
            ("/eventType", json!(null)),
            ("/version", json!("one")),
            ("/description", json!({})),
            ("/detailUrl", json!(7)),
            ("/occurredAt", json!("2026-03-02T09:07:15.6247+0000")),
            ("/occurredAt", json!("2026-03-02T09:07:15Z[Europe/London]")),
        ] {
            let mut body = body("RELEASED");
            let (parent, member) = pointer.rsplit_once('/').unwrap();
            body.pointer_mut(parent).unwrap()[member] = odd.clone();
            let left = read(&body)
                .unwrap_or_else(|e| panic!("{pointer} {odd}: {e}"))
                .unwrap();
            assert_eq!(left.noms.as_str(), "A1234BC", "{pointer} {odd}");
            assert_eq!(left.from_prison.as_str(), "LEI", "{pointer} {odd}");
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
