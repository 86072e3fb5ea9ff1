//! A POM who becomes inactive, or is removed from a prison, loses their cases there. Allocation rules 2.6 C8.

use chrono::{DateTime, Utc};
use domain::{AnyStream, DomainEvent, PomStatus, pom::PomEvent};

use super::{Action, Facts, Process, Question, Trigger};
use crate::operations::RemoveInactivePom;

#[cfg(test)]
mod tests;

/// Takes an inactive POM off their cases: one command a case, each by a due date of its own, so that a case in trouble delays no other.
pub struct InactivePom;

impl Process for InactivePom {
    fn name(&self) -> &'static str {
        "inactive-pom"
    }

    fn event_types(&self) -> &'static [&'static str] {
        &["PomStatusChanged", "PomRemoved"]
    }

    fn react(&self, facts: &Facts, trigger: Trigger<'_>, now: DateTime<Utc>) -> Vec<Action> {
        let (Trigger::Recorded(cause) | Trigger::Due { event: cause, .. }) = trigger;
        let (AnyStream::Pom(pom), DomainEvent::Pom(event)) = (cause.stream, &cause.event) else {
            return Vec::new();
        };
        match (trigger, facts.cases_of(pom)) {
            (Trigger::Due { key, .. }, _) => {
                let (prison, staff) = (pom.prison, pom.staff);
                let noms = key.parse().into_iter();
                noms.map(|noms| Action::send(RemoveInactivePom { noms, prison, staff }))
                    .collect()
            }
            (Trigger::Recorded(_), _) if !loses_cases(event) => Vec::new(),
            (Trigger::Recorded(_), None) => vec![Action::Ask(Question::CasesOf(pom))],
            (Trigger::Recorded(_), Some(cases)) => {
                cases.iter().map(|noms| Action::wake(*noms, now)).collect()
            }
        }
    }
}

fn loses_cases(event: &PomEvent) -> bool {
    matches!(
        event,
        PomEvent::PomRemoved
            | PomEvent::PomStatusChanged {
                status: PomStatus::Inactive | PomStatus::Deleted
            }
    )
}
