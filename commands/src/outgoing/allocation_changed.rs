//! `offender-management.allocation.changed`: the primary POM of a prisoner is another one, or none.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use domain::{
    NomsNumber, PrisonCode, StaffId,
    allocation::{Allocation, AllocationEvent, AllocationTrigger},
};
use event_store::{Announcement, Placed, StreamId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Links;

/// The message's type, by which subscribers filter.
const EVENT_TYPE: &str = "offender-management.allocation.changed";

/// What the message says, but for where its event stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocationChanged {
    /// Whose.
    pub noms: NomsNumber,
    /// The primary POM now.
    pub primary: Option<StaffId>,
    /// The co-working POM now.
    pub coworking: Option<StaffId>,
    /// Where; after a removal still the old prison.
    pub prison: PrisonCode,
    /// Why.
    pub trigger: AllocationTrigger,
    /// `primary-allocated`, `primary-reallocated` or `primary-deallocated`.
    pub change_kind: &'static str,
    /// The request that it goes back to.
    pub correlation_id: Uuid,
    /// The inbound message that caused it.
    pub causation_id: Option<String>,
}

/// The message that a command's events call for: one, about the last change of the primary POM; none when there was none.
#[must_use]
pub fn announce_allocation(
    stream: &StreamId,
    noms: NomsNumber,
    before: &Allocation,
    events: &[AllocationEvent],
    trace: (Uuid, Option<String>),
    links: &Links,
) -> Option<Announcement> {
    let (index, event) = events
        .iter()
        .enumerate()
        .rfind(|(_, event)| event.changes_primary())?;
    let mut after = before.clone();
    for event in events {
        after.apply(event);
    }
    let message = AllocationChanged {
        noms,
        primary: after.primary_id(),
        coworking: after.coworking_id(),
        prison: after.prison?,
        trigger: event.trigger(),
        change_kind: change_kind(event),
        correlation_id: trace.0,
        causation_id: trace.1,
    };
    let links = links.clone();
    Some(Announcement {
        stream: stream.clone(),
        event: index,
        key: noms.to_string(),
        event_type: EVENT_TYPE.to_owned(),
        compose: Arc::new(move |placed| message.body(placed, &links)),
    })
}

fn change_kind(event: &AllocationEvent) -> &'static str {
    match event {
        AllocationEvent::PrimaryPomAllocated(_) => "primary-allocated",
        AllocationEvent::PrimaryPomReallocated { .. } => "primary-reallocated",
        _ => "primary-deallocated",
    }
}

impl AllocationChanged {
    /// The message's body. Everything in `additionalInformation` is flat and scalar, and there is no `crn` at the top:
    /// consumers depend on both.
    #[must_use]
    pub fn body(&self, placed: &Placed, links: &Links) -> Value {
        let detail_url = links.primary_pom(self.noms);
        json!({
            "eventType": EVENT_TYPE,
            "version": 1,
            "description": "A POM allocation has changed",
            "detailUrl": detail_url,
            "occurredAt": instant(placed.occurred_at),
            "additionalInformation": {
                "staffCode": self.primary.map(StaffId::get),
                "prisonId": self.prison.as_str(),
                "eventTrigger": self.trigger.code(),
                "eventId": placed.event_id,
                "aggregateVersion": placed.sequence,
                "globalPosition": placed.position.get(),
                "correlationId": self.correlation_id,
                "causationId": self.causation_id,
                "changeKind": self.change_kind,
                "stateUrl": format!("{detail_url}?version={}", placed.sequence),
                "digest": contract_digest(self.noms, self.primary, self.coworking, self.prison, placed.sequence),
                "recordedAt": instant(placed.recorded_at),
            },
            "personReference": { "identifiers": [{ "type": "NOMS", "value": self.noms.as_str() }] },
        })
    }
}

/// Six decimals and `Z`, always: consumers order by this text.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A hash by which a consumer can tell whether it holds the same state: of number, both POMs, prison and message number.
#[must_use]
pub fn contract_digest(
    noms: NomsNumber,
    primary: Option<StaffId>,
    coworking: Option<StaffId>,
    prison: PrisonCode,
    sequence: u64,
) -> String {
    let id = |staff: Option<StaffId>| staff.map(|id| id.to_string()).unwrap_or_default();
    let text = format!("{noms}|{}|{}|{prison}|{sequence}", id(primary), id(coworking));
    format!("sha256:{}", hex::encode(Sha256::digest(text)))
}
