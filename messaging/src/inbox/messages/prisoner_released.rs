//! `prisoner-offender-search.prisoner.released`: a prisoner left a prison, for good or only for a while.

use chrono::{DateTime, Duration, Utc};
use commands::{
    CommandBus, NomsNumber, PrisonCode, Refusal, Request,
    access::Principal,
    operations::{Departure, RecordDeparture},
};
use event_store::inbox::Disposition;
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{
        InboxError, Malformed,
        envelope::Delivery,
        instant::instant,
        tolerant::{items, text},
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
            person: serde_json::from_str(&delivery.body)
                .ok()
                .and_then(|body| noms(&body).ok())
                .map(|noms| noms.to_string()),
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
    let body: Value = serde_json::from_str(body).map_err(|_| Malformed::NotJson)?;
    if !body.is_object() {
        return Err(Malformed::NotJson);
    }
    let informed = |member| body.get("additionalInformation")?.get(member).and_then(text);
    let departure = match informed("reason").as_deref() {
        Some("RELEASED") => Departure::Release,
        Some("TRANSFERRED") => Departure::Transfer,
        Some(_) => return Ok(None),
        None => return Err(Malformed::Missing("reason")),
    };
    let prison = informed("prisonId").ok_or(Malformed::Missing("prisonId"))?;
    let occurred_at = body.get("occurredAt").and_then(text);
    let left_at = instant(&occurred_at.ok_or(Malformed::Missing("occurredAt"))?)?;
    if left_at.signed_duration_since(now) > CLOCK_TOLERANCE {
        return Err(Malformed::InTheFuture);
    }
    Ok(Some(RecordDeparture {
        noms: noms(&body)?,
        from_prison: prison
            .parse::<PrisonCode>()
            .map_err(|_| Malformed::NotAPrisonCode)?,
        left_at,
        departure,
    }))
}

/// The prisoner, by whatever member names one soundly; all that do must agree.
fn noms(body: &Value) -> Result<NomsNumber, Malformed> {
    let informed = body.pointer("/additionalInformation/nomsNumber").and_then(text);
    let identifiers = items(body.pointer("/personReference/identifiers"));
    let is_noms = |id: &&Value| id.get("type").and_then(text).as_deref() == Some("NOMS");
    let referred = identifiers
        .iter()
        .filter(is_noms)
        .filter_map(|id| id.get("value").and_then(text));
    let named: Vec<String> = informed.into_iter().chain(referred).collect();
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
