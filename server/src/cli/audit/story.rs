//! One event of a prisoner's history, as an auditor reads it.

use std::fmt;

use chrono::SecondsFormat;
use domain::{
    AnyStream,
    allocation::{Allocation, AllocationEvent, PomSnapshot},
    case::CaseEvent,
    prisoner::PrisonerEvent,
};
use event_store::{Actor, ActorKind, Metadata, RecordedEvent};
use serde_json::{Value, json};

use super::{reasons::reasons, whereabouts::Whereabouts};
use crate::cli::visible::visible;

/// What happened.
enum Fact {
    Allocation(AllocationEvent),
    Prisoner(PrisonerEvent),
    Case(CaseEvent),
}

/// An event with who, when and why.
pub(super) struct Told<'a> {
    event: &'a RecordedEvent,
    metadata: Metadata,
    fact: Fact,
}

impl<'a> Told<'a> {
    pub(super) fn new(event: &'a RecordedEvent) -> anyhow::Result<Self> {
        let fact = match event.stream.as_str().parse()? {
            AnyStream::Allocation(_) => Fact::Allocation(event.decode()?),
            AnyStream::Prisoner(_) => Fact::Prisoner(event.decode()?),
            AnyStream::Case(_) => Fact::Case(event.decode()?),
            stream @ AnyStream::Pom(_) => anyhow::bail!("{stream} is not about a prisoner"),
        };
        Ok(Self {
            event,
            metadata: event.decode_metadata()?,
            fact,
        })
    }

    /// Takes part in what is so of the allocation.
    pub(super) fn fold_into(&self, allocation: &mut Allocation) {
        if let Fact::Allocation(event) = &self.fact {
            allocation.apply(event);
        }
    }

    /// Where the prisoner is after this event; none when it does not say.
    pub(super) fn whereabouts(&self) -> Option<Whereabouts> {
        match &self.fact {
            Fact::Prisoner(event) => Some(Whereabouts::after(event)),
            Fact::Allocation(_) | Fact::Case(_) => None,
        }
    }

    /// The event with everything that is recorded about it.
    pub(super) fn as_json(&self) -> Result<Value, serde_json::Error> {
        let event = self.event;
        Ok(json!({
            "position": event.position,
            "stream": event.stream,
            "version": event.version,
            "eventId": event.event_id,
            "eventType": event.event_type,
            "schemaVersion": event.schema_version,
            "occurredAt": self.metadata.occurred_at,
            "recordedAt": event.recorded_at,
            "payload": serde_json::from_str::<Value>(&event.payload)?,
            "metadata": serde_json::from_str::<Value>(&event.metadata)?,
            "hash": hex::encode(event.hash),
        }))
    }
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let occurred = self
            .metadata
            .occurred_at
            .to_rfc3339_opts(SecondsFormat::Secs, true);
        let recorded = self
            .event
            .recorded_at
            .to_rfc3339_opts(SecondsFormat::Micros, true);
        writeln!(f, "{occurred}  {}", visible(&self.sentence()))?;
        if let Fact::Allocation(event) = &self.fact {
            for reason in reasons(event) {
                writeln!(f, "    {}", visible(&reason))?;
            }
        }
        write!(
            f,
            "    by {}; {} ({}), position {}, recorded {recorded}",
            visible(&who(&self.metadata.actor)),
            self.event.event_type,
            self.metadata.operation,
            self.event.position,
        )
    }
}

impl Told<'_> {
    fn sentence(&self) -> String {
        match &self.fact {
            Fact::Allocation(event) => allocation_sentence(event),
            Fact::Prisoner(PrisonerEvent::PrisonerObserved(facts)) => format!(
                "Observed: {}, {}",
                facts
                    .prison
                    .map_or_else(|| "in no prison".to_owned(), |prison| format!("at {prison}")),
                facts.legal_status
            ),
            Fact::Prisoner(PrisonerEvent::PrisonerReleased { from_prison, .. }) => {
                format!("Released from {from_prison}")
            }
            Fact::Prisoner(PrisonerEvent::PrisonerTransferredOut { from_prison, .. }) => {
                format!("Left {from_prison} for another prison")
            }
            Fact::Case(CaseEvent::CaseInformationRecorded { information, source }) => format!(
                "Case information from {source}: tier {}, RoSH {}",
                information.tier.map_or("not said", domain::Tier::code),
                information.rosh.map_or("not said", domain::RoshLevel::code)
            ),
            Fact::Case(CaseEvent::ComplexityAssessed { level }) => {
                format!("Complexity of need assessed as {level}")
            }
            Fact::Case(CaseEvent::CaseInformationClosed) => "Case information of the stay closed".to_owned(),
        }
    }
}

fn allocation_sentence(event: &AllocationEvent) -> String {
    match event {
        AllocationEvent::PrimaryPomAllocated(to) => {
            format!(
                "Allocated to {} at {} (tier {})",
                pom(&to.pom),
                to.prison,
                to.tier
            )
        }
        AllocationEvent::PrimaryPomReallocated { to, previous } => {
            format!(
                "Reallocated to {} at {} (tier {}), before {previous}",
                pom(&to.pom),
                to.prison,
                to.tier
            )
        }
        AllocationEvent::CoworkingPomAllocated { pom: who, .. } => format!("Co-working with {}", pom(who)),
        AllocationEvent::CoworkingPomReplaced {
            pom: who, previous, ..
        } => {
            format!("Co-working with {}, before {previous}", pom(who))
        }
        AllocationEvent::PrimaryPomDeallocated { staff_id, .. } => {
            format!("Primary POM {staff_id} taken off the case ({})", event.trigger())
        }
        AllocationEvent::CoworkingPomDeallocated { staff_id, .. } => {
            format!(
                "Co-working POM {staff_id} taken off the case ({})",
                event.trigger()
            )
        }
        AllocationEvent::AllocationEndedByRelease(ended) => {
            format!("Allocation ended: released from {}", ended.from_prison)
        }
        AllocationEvent::AllocationEndedByTransfer { ended, to_prison } => format!(
            "Allocation ended: left {} for {}",
            ended.from_prison,
            to_prison.map_or_else(|| "another prison".to_owned(), |prison| prison.to_string())
        ),
    }
}

fn pom(pom: &PomSnapshot) -> String {
    format!(
        "{} ({}, {} POM)",
        pom.shown_name(),
        pom.staff_id,
        pom.position.word()
    )
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
