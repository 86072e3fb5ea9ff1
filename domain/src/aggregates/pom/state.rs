//! A POM's profile.

use serde::{Deserialize, Serialize};

use super::{PomEvent, StaffDetails};
use crate::{PomPosition, PomStatus, StaffId, WorkingPattern, allocation::PomSnapshot};

/// A POM at one prison; nothing before onboarding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pom {
    /// Who they are.
    pub details: Option<StaffDetails>,
    /// Prison or probation POM.
    pub position: Option<PomPosition>,
    /// How much they work.
    pub working_pattern: Option<WorkingPattern>,
    /// Whether they take cases.
    pub status: Option<PomStatus>,
}

impl Pom {
    /// Takes an event in.
    pub fn apply(&mut self, event: &PomEvent) {
        match event {
            PomEvent::PomOnboarded {
                details,
                position,
                working_pattern,
            } => {
                *self = Self {
                    details: Some(details.clone()),
                    position: Some(*position),
                    working_pattern: Some(*working_pattern),
                    status: Some(PomStatus::Active),
                };
            }
            PomEvent::StaffDetailsObserved { details } => self.details = Some(details.clone()),
            PomEvent::WorkingPatternChanged { working_pattern } => {
                self.working_pattern = Some(*working_pattern);
            }
            PomEvent::PomStatusChanged { status } => self.status = Some(*status),
            PomEvent::PomRemoved => self.status = Some(PomStatus::Deleted),
        }
    }

    /// The snapshot that an allocation records; none before onboarding.
    #[must_use]
    pub fn snapshot(&self, staff_id: StaffId) -> Option<PomSnapshot> {
        let details = self.details.as_ref()?;
        Some(PomSnapshot {
            staff_id,
            forename: details.forename.clone(),
            surname: details.surname.clone(),
            email: details.email.clone(),
            position: self.position?,
        })
    }
}
