//! Events of a prisoner in words.

use super::PrisonerEvent;
use crate::description::{CaseBefore, Describe, Description, Detail};

impl Describe for PrisonerEvent {
    fn describe(&self, _before: &CaseBefore) -> Description {
        let (title, details) = match self {
            Self::PrisonerObserved(facts) => {
                let mut details = vec![Detail::new("Legal status", &facts.legal_status)];
                details.extend(facts.prison.map(|prison| Detail::prison("Prison", prison)));
                details.extend(Detail::personal("Location", facts.location.as_ref()));
                ("Prisoner details changed", details)
            }
            Self::PrisonerReleased { from_prison, .. } => {
                ("Prisoner released", vec![Detail::prison("From", *from_prison)])
            }
            Self::PrisonerTransferredOut { from_prison, .. } => {
                ("Prisoner transferred", vec![Detail::prison("From", *from_prison)])
            }
        };
        Description {
            title,
            details,
            evidence: Vec::new(),
        }
    }
}
