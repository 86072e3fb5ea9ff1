//! `offender-management.allocation.changed`: the primary POM of a prisoner is another one, or none.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use domain::{
    NomsNumber, PrisonCode, StaffId,
    allocation::{Allocation, AllocationEvent, AllocationTrigger, PrimaryChange},
};
use event_store::{Announcement, Compose, Placed, Position};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Change, Links, Trace};
use crate::streams::stream_id;

/// The message's type, by which subscribers filter.
const EVENT_TYPE: &str = "offender-management.allocation.changed";

/// What the message says, but for where its event stands in the log.
struct AllocationChanged {
    /// Whose.
    noms: NomsNumber,
    /// The primary POM now.
    primary: Option<StaffId>,
    /// The co-working POM now.
    coworking: Option<StaffId>,
    /// Where; after a removal still the old prison.
    prison: PrisonCode,
    /// Why.
    trigger: AllocationTrigger,
    /// `primary-allocated`, `primary-reallocated` or `primary-deallocated`.
    change_kind: &'static str,
    /// The request that it goes back to.
    trace: Trace,
}

/// The message about a change: one, about the last change of the primary POM; none when there was none.
pub(super) fn message(change: &Change<'_, Allocation>) -> Option<Announcement> {
    let primary = PrimaryChange::of(change.before, change.events)?;
    let noms = change.stream.key();
    let message = AllocationChanged {
        noms,
        primary: primary.primary,
        coworking: primary.coworking,
        prison: primary.prison,
        trigger: primary.trigger,
        change_kind: change_kind(change.events.get(primary.event)?),
        trace: change.trace.clone(),
    };
    Some(Announcement {
        stream: stream_id(change.stream),
        event: primary.event,
        key: noms.to_string(),
        event_type: EVENT_TYPE.to_owned(),
        compose: change
            .links
            .cloned()
            .map(|links| -> Compose { Arc::new(move |placed| message.body(placed, &links)) }),
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
    /// The message's body as JSON text. Everything in `additionalInformation` is flat and scalar, and there is no `crn` at
    /// the top: consumers depend on both.
    #[expect(clippy::expect_used, reason = "texts and numbers always have a JSON form")]
    fn body(&self, placed: &Placed, links: &Links) -> String {
        let detail_url = links.primary_pom(self.noms);
        let sequence = placed.sequence;
        let body = Body {
            event_type: EVENT_TYPE,
            version: 1,
            description: "A POM allocation has changed",
            occurred_at: instant(placed.occurred_at),
            additional_information: AdditionalInformation {
                staff_code: self.primary,
                prison_id: self.prison,
                event_trigger: self.trigger,
                event_id: placed.event_id,
                aggregate_version: sequence,
                global_position: placed.position,
                correlation_id: self.trace.correlation_id,
                causation_id: self.trace.causation_id.as_deref(),
                change_kind: self.change_kind,
                state_url: format!("{detail_url}?version={sequence}"),
                digest: contract_digest(self.noms, self.primary, self.coworking, self.prison, sequence),
                recorded_at: instant(placed.recorded_at),
            },
            detail_url,
            person_reference: PersonReference {
                identifiers: [Identifier {
                    kind: "NOMS",
                    value: self.noms,
                }],
            },
        };
        serde_json::to_string(&body).expect("texts and numbers")
    }
}

/// The envelope that all HMPPS domain events share.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    event_type: &'static str,
    version: u8,
    description: &'static str,
    detail_url: String,
    occurred_at: String,
    additional_information: AdditionalInformation<'a>,
    person_reference: PersonReference,
}

/// What consumers of this message know, and what they may use beside it to deduplicate, order and compare.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AdditionalInformation<'a> {
    staff_code: Option<StaffId>,
    prison_id: PrisonCode,
    event_trigger: AllocationTrigger,
    event_id: Uuid,
    aggregate_version: u64,
    global_position: Position,
    correlation_id: Uuid,
    causation_id: Option<&'a str>,
    change_kind: &'static str,
    state_url: String,
    digest: String,
    recorded_at: String,
}

#[derive(Serialize)]
struct PersonReference {
    identifiers: [Identifier; 1],
}

#[derive(Serialize)]
struct Identifier {
    #[serde(rename = "type")]
    kind: &'static str,
    value: NomsNumber,
}

/// Six decimals and `Z`, always: consumers order by this text.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A hash by which a consumer can tell whether it holds the same state: of number, both POMs, prison and message number.
fn contract_digest(
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
