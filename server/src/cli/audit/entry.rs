//! One event of a prisoner's history, as an auditor reads it.

use std::fmt;

use chrono::SecondsFormat;
use domain::{AnyStream, CaseBefore, Description, Detail, DomainEvent, StoredEvent, allocation::Allocation};
use event_store::{Actor, ActorKind, Metadata, RecordedEvent};
use serde_json::{Value, json};

use super::whereabouts::Whereabouts;
use crate::cli::visible::visible;

/// An event with its actor, its time and its description.
pub(super) struct AuditEntry<'a> {
    recorded: &'a RecordedEvent,
    metadata: Metadata,
    event: DomainEvent,
    description: Description,
}

impl<'a> AuditEntry<'a> {
    /// The entry for the next event of a history; `before` is the state that the event follows on.
    pub(super) fn new(recorded: &'a RecordedEvent, before: &mut CaseBefore) -> anyhow::Result<Self> {
        let stream: AnyStream = recorded.stream.as_str().parse()?;
        let stored = StoredEvent {
            event_type: &recorded.event_type,
            schema_version: recorded.schema_version,
            payload: &recorded.payload,
        };
        let event = DomainEvent::decode(stream, stored)?;
        Ok(Self {
            recorded,
            metadata: recorded.decode_metadata()?,
            description: before.describe_next(&event),
            event,
        })
    }

    /// Applies the event to the allocation.
    pub(super) fn fold_into(&self, allocation: &mut Allocation) {
        if let DomainEvent::Allocation(event) = &self.event {
            allocation.apply(event);
        }
    }

    /// The prisoner's whereabouts after the event; none when it says nothing of them.
    pub(super) fn whereabouts(&self) -> Option<Whereabouts> {
        match &self.event {
            DomainEvent::Prisoner(event) => Some(Whereabouts::after(event)),
            DomainEvent::Allocation(_) | DomainEvent::Case(_) | DomainEvent::Pom(_) => None,
        }
    }

    /// The event with everything that is recorded about it.
    pub(super) fn as_json(&self) -> Result<Value, serde_json::Error> {
        let recorded = self.recorded;
        Ok(json!({
            "position": recorded.position,
            "stream": recorded.stream,
            "version": recorded.version,
            "eventId": recorded.event_id,
            "eventType": recorded.event_type,
            "schemaVersion": recorded.schema_version,
            "occurredAt": self.metadata.occurred_at,
            "recordedAt": recorded.recorded_at,
            "payload": serde_json::from_str::<Value>(&recorded.payload)?,
            "metadata": serde_json::from_str::<Value>(&recorded.metadata)?,
            "hash": hex::encode(recorded.hash),
        }))
    }

    /// The title, with the prison where it happened.
    fn headline(&self) -> String {
        let named = self.event.prison().map(|prison| prison.to_string());
        let prison = named.or_else(|| self.metadata.prison.clone());
        let place = prison.map_or_else(String::new, |prison| format!(" at {prison}"));
        format!("{}{place}", self.description.title)
    }
}

impl fmt::Display for AuditEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let occurred = self
            .metadata
            .occurred_at
            .to_rfc3339_opts(SecondsFormat::Secs, true);
        let recorded = self
            .recorded
            .recorded_at
            .to_rfc3339_opts(SecondsFormat::Micros, true);
        writeln!(f, "{occurred}  {}", visible(&self.headline()))?;
        let Description {
            details, evidence, ..
        } = &self.description;
        for Detail { label, value } in details.iter().chain(evidence) {
            let value = value.as_deref().unwrap_or("(withheld)");
            writeln!(f, "    {label}: {}", visible(value))?;
        }
        write!(
            f,
            "    by {}; {} ({}), position {}, recorded {recorded}",
            visible(&who(&self.metadata.actor)),
            self.recorded.event_type,
            self.metadata.operation,
            self.recorded.position,
        )
    }
}

fn who(actor: &Actor) -> String {
    let name = actor
        .display_name
        .as_deref()
        .map(|name| format!("{name}, "))
        .unwrap_or_default();
    match (actor.kind, &actor.client_id) {
        (ActorKind::User, Some(client)) => format!("{name}{} through {client}", actor.id),
        (ActorKind::User, None) => format!("{name}{}", actor.id),
        (ActorKind::Client, _) => format!("client {}", actor.id),
        (ActorKind::System, _) => format!("the service itself ({})", actor.id),
    }
}
