//! manage-pom-cases-and-delius: keeps a history of prison managers, dated by the message and filled by the answer.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use tests::{Delivery, Stage};

use super::{Envelope, not_found};

#[derive(Debug, Deserialize)]
struct Details {
    manager: Manager,
    prison: Prison,
}

#[derive(Debug, Deserialize)]
struct Manager {
    forename: String,
    surname: String,
    email: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Prison {
    code: String,
}

/// Who manages: somebody at a prison, or nobody in particular.
pub(crate) type Pom = Option<String>;

/// The managers of one person by the date from which they manage; each until the next.
type Managers = BTreeMap<DateTime<FixedOffset>, Pom>;

/// Delius.
#[derive(Debug, Default)]
pub(crate) struct Delius {
    people: BTreeMap<String, Managers>,
}

impl Delius {
    /// Handles a message; the name of the telemetry event that tells what came of it.
    pub(crate) async fn hear(&mut self, stage: &Stage, delivery: &Delivery) -> &'static str {
        let envelope = Envelope::read(delivery);
        assert_eq!(
            envelope.event_type, "offender-management.allocation.changed",
            "an unknown type throws"
        );
        let answered = envelope.details(stage).await;
        let managers = self.people.entry(envelope.noms().to_owned()).or_default();
        if answered.status == 200 {
            let Details { manager, prison } = serde_json::from_str(&answered.body).unwrap();
            assert!(manager.email.is_none_or(|email| email.contains('@')));
            let pom = format!("{} {} at {}", manager.forename, manager.surname, prison.code);
            return if record(managers, envelope.occurred_at, Some(pom)) {
                "PomAllocated"
            } else {
                "NoPomChange"
            };
        }
        match &*not_found(&answered) {
            "Not allocated" if record(managers, envelope.occurred_at, None) => "PomDeallocated",
            "Not allocated" => "NoPomChange",
            _ => "NotReadyToAllocate",
        }
    }

    /// Who manages a person now.
    pub(crate) fn manager(&self, noms: &str) -> Pom {
        self.people.get(noms)?.values().next_back()?.clone()
    }

    /// Everybody who ever managed a person, by date.
    pub(crate) fn history(&self, noms: &str) -> Vec<Pom> {
        self.people
            .get(noms)
            .into_iter()
            .flat_map(BTreeMap::values)
            .cloned()
            .collect()
    }

    /// Whose managers are known.
    pub(crate) fn known(&self) -> BTreeSet<&str> {
        self.people.keys().map(String::as_str).collect()
    }
}

/// Ends whoever managed at that moment and begins the new one, who ends where the old one ended. Nothing when they are
/// the same.
fn record(managers: &mut Managers, at: DateTime<FixedOffset>, pom: Pom) -> bool {
    let active = managers.range(..=at).next_back().map(|(_, active)| active);
    if active.unwrap_or(&None) == &pom {
        return false;
    }
    managers.insert(at, pom);
    true
}
