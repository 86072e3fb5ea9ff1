//! Upcasters: how the payload of an old event becomes one of the present schema version. Events are never rewritten; they are
//! lifted when they are read.
//!
//! An event whose shape changes gets an upcaster here, and a golden sample of the new version beside those of the old ones.

mod prisoner_observed;

use cqrs_es::persist::{EventUpcaster, SerializedEvent};
use serde_json::Value;

/// The lift of one event type from one schema version to the next.
#[derive(Debug, Clone, Copy)]
pub struct Upcaster {
    /// The category of the event's streams.
    pub category: &'static str,
    /// The event's name in the log.
    pub event_type: &'static str,
    /// The schema version that it lifts; the next one results.
    pub from: i16,
    /// Changes the members of the event's payload.
    pub(crate) lift: fn(&mut Value),
}

/// Every upcaster. Those of one event type start at version 1 and leave none out.
pub const UPCASTERS: &[Upcaster] = &[prisoner_observed::V1];

/// The schema version in which an event is written today: one more than it has upcasters.
pub(crate) fn present_version(category: &str, event_type: &str) -> i16 {
    let last = of_type(UPCASTERS, category, event_type).last();
    last.map_or(1, |upcaster| upcaster.from.saturating_add(1))
}

/// Lifts a payload to the present version, from the version that it was written in.
pub(crate) fn lift(category: &str, event_type: &str, written: i16, payload: &mut Value) {
    lift_by(UPCASTERS, category, event_type, written, payload);
}

fn lift_by(upcasters: &[Upcaster], category: &str, event_type: &str, written: i16, payload: &mut Value) {
    let members = payload.get_mut(event_type);
    let Some(members) = members else { return };
    for upcaster in of_type(upcasters, category, event_type).filter(|upcaster| upcaster.from >= written) {
        (upcaster.lift)(members);
    }
}

fn of_type<'u>(
    upcasters: &'u [Upcaster],
    category: &str,
    event_type: &str,
) -> impl Iterator<Item = &'u Upcaster> {
    upcasters
        .iter()
        .filter(move |upcaster| upcaster.event_type == event_type && upcaster.category == category)
}

/// So that the event stores of cqrs-es and postgres-es lift events as this service does.
impl EventUpcaster for Upcaster {
    fn can_upcast(&self, event_type: &str, event_version: &str) -> bool {
        self.event_type == event_type && event_version.parse() == Ok(self.from)
    }

    fn upcast(&self, mut event: SerializedEvent) -> SerializedEvent {
        if let Some(members) = event.payload.get_mut(self.event_type) {
            (self.lift)(members);
        }
        event.event_version = self.from.saturating_add(1).to_string();
        event
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::AnyStream;

    fn upcaster(from: i16, lift: fn(&mut Value)) -> Upcaster {
        Upcaster {
            category: "case",
            event_type: "Renamed",
            from,
            lift,
        }
    }

    fn rename(members: &mut Value, old: &str, new: &str) {
        let members = members.as_object_mut().unwrap();
        let value = members.remove(old).unwrap();
        members.insert(new.to_owned(), value);
    }

    #[test]
    fn a_payload_passes_through_every_upcaster_from_its_version_on_and_no_other() {
        let table = [
            upcaster(1, |members| rename(members, "first", "second")),
            upcaster(2, |members| rename(members, "second", "third")),
        ];
        let lifted = |category: &str, written: i16, member: &str| {
            let mut payload = json!({"Renamed": {member: 7}});
            lift_by(&table, category, "Renamed", written, &mut payload);
            payload
        };
        let third = json!({"Renamed": {"third": 7}});
        assert_eq!(lifted("case", 1, "first"), third);
        assert_eq!(lifted("case", 2, "second"), third);
        assert_eq!(lifted("case", 3, "third"), third);
        assert_eq!(lifted("pom", 1, "first"), json!({"Renamed": {"first": 7}}));
    }

    #[test]
    fn every_upcaster_is_of_a_known_category_and_none_is_left_out() {
        for upcaster in UPCASTERS {
            assert!(AnyStream::CATEGORIES.contains(&upcaster.category));
            let versions = of_type(UPCASTERS, upcaster.category, upcaster.event_type).map(|one| one.from);
            assert!(versions.eq(1..present_version(upcaster.category, upcaster.event_type)));
        }
    }
}
