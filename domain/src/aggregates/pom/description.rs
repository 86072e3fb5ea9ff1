//! Events of a POM at a prison in words.

use super::PomEvent;
use crate::description::{CaseBefore, Describe, Description};

impl Describe for PomEvent {
    fn describe(&self, _before: &CaseBefore) -> Description {
        let title = match self {
            Self::PomOnboarded { .. } => "POM added",
            Self::StaffDetailsObserved { .. } => "POM details changed",
            Self::WorkingPatternChanged { .. } => "Working pattern changed",
            Self::PomStatusChanged { .. } => "POM status changed",
            Self::PomRemoved => "POM removed",
        };
        Description {
            title,
            details: Vec::new(),
            evidence: Vec::new(),
        }
    }
}
